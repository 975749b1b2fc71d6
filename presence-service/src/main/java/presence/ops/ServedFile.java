package presence.ops;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A file as it is served.
 *
 * @param etag quoted; the same on every node that has the same content
 */
public record ServedFile(byte[] content, String type, String etag) {
    private static final int ETAG_BYTES = 12;

    public static ServedFile of(byte[] content, String type) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new ServedFile(content, type, '"' + HexFormat.of().formatHex(hash, 0, ETAG_BYTES) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns the content of a file of the jar, by its absolute name; empty if there is none. */
    public static Optional<byte[]> load(String resource) {
        try (InputStream in = ServedFile.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }

    /**
     * Returns the content, or 304 if the client has it.
     *
     * @param ifNoneMatch the values of this header
     * @param policy the content security policy
     */
    public FullHttpResponse answer(List<String> ifNoneMatch, String policy) {
        FullHttpResponse response;
        if (isHeld(ifNoneMatch)) {
            response = HttpReply.of(HttpResponseStatus.NOT_MODIFIED, type, new byte[0]);
            // They describe the file, not the missing content.
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.CONTENT_TYPE);
        } else {
            response = HttpReply.of(HttpResponseStatus.OK, type, content);
        }
        response.headers().set(HttpHeaderNames.ETAG, etag).set("Content-Security-Policy", policy);
        return response;
    }

    private boolean isHeld(List<String> ifNoneMatch) {
        for (String header : ifNoneMatch) {
            for (String tag : header.split(",")) {
                String bare = tag.strip();
                if (bare.equals("*") || bare.equals(etag) || bare.equals("W/" + etag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
