package presence.ops;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.function.Consumer;

/** The head of a response whose body is written piece by piece until the connection is closed. */
public final class StreamedReply extends DefaultHttpResponse {
    private final Consumer<ChannelHandlerContext> body;

    /** @param body writes the body, begins on the channel's event loop, and closes the channel at its end */
    public StreamedReply(String contentType, Consumer<ChannelHandlerContext> body) {
        super(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        this.body = body;
        headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set("X-Content-Type-Options", "nosniff");
    }

    void begin(ChannelHandlerContext context) {
        context.executor().execute(() -> {
            context.writeAndFlush(this);
            body.accept(context);
        });
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
