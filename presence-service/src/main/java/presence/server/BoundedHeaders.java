package presence.server;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * Bounds a request to {@value #MAX_HEADERS} headers. A bound on their size does not bound memory: the shortest header
 * takes 30 times its bytes once decoded.
 */
final class BoundedHeaders extends DefaultHttpHeaders {
    private static final int MAX_HEADERS = 100;

    /** Fits a request line with a token. */
    private static final int MAX_REQUEST_LINE = 8_192;

    private static final int MAX_HEADER_BYTES = 16_384;

    private static final HttpHeadersFactory FACTORY = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return new BoundedHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return DefaultHttpHeadersFactory.headersFactory().newEmptyHeaders();
        }
    };

    private int count;

    private BoundedHeaders() {}

    /** The decoder settings of both ports. */
    static HttpDecoderConfig decoder() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setHeadersFactory(FACTORY);
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (++count > MAX_HEADERS) {
            throw new TooLongHttpHeaderException("more than " + MAX_HEADERS + " headers");
        }
        return super.add(name, value);
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }
}
