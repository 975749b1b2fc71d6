package presence.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A file as it is served.
 *
 * @param etag quoted; the same on every node that has the same content
 */
record ServedFile(byte[] content, String type, String etag) {
    private static final int ETAG_BYTES = 12;

    static ServedFile of(byte[] content, String type) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new ServedFile(content, type, '"' + HexFormat.of().formatHex(hash, 0, ETAG_BYTES) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns whether one of the values of {@code If-None-Match} names this content. */
    boolean isHeld(List<String> ifNoneMatch) {
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
