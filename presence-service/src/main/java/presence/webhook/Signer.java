package presence.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests as version 1 of the Standard Webhooks specification: HMAC-SHA256 over id, time and body. */
final class Signer {
    private static final String ALGORITHM = "HmacSHA256";

    private final List<byte[]> secrets;

    /** @param secrets each makes a signature: receivers accept any of them, so that secrets can be exchanged */
    Signer(List<byte[]> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    /** The header {@code webhook-signature}. */
    String sign(String id, long timestampSeconds, String body) {
        byte[] signed = (id + "." + timestampSeconds + "." + body).getBytes(StandardCharsets.UTF_8);
        return secrets.stream().map(secret -> "v1," + hmac(secret, signed)).collect(Collectors.joining(" "));
    }

    private static String hmac(byte[] secret, byte[] signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
