package presence.webhook;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A URL that gets events.
 *
 * @param name its host and a hash: stable over restarts and without the secrets that its query may hold
 */
public record Target(URI url, String name) {
    private static final int HASH_DIGITS = 12;

    public static Target of(URI url) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(url.toString().getBytes(StandardCharsets.UTF_8));
            return new Target(
                    url, url.getHost() + "-" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
