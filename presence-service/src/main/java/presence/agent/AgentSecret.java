package presence.agent;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import presence.model.KeyHash;
import presence.model.MemberId;
import presence.model.NewKey;

/**
 * Derives the bytes from which an agent's resume key is made, so that exactly the nodes with the same secret can take
 * the agent over. Nodes of all releases must derive the same bytes. Immutable.
 */
public final class AgentSecret {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] LABEL = "presence agent\n".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec secret;

    /** @param secret not empty */
    public AgentSecret(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** Returns 32 bytes, for {@link NewKey#derive}. */
    byte[] chosen(AgentKey key) {
        byte[] board = key.board().value().getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(LABEL);
            // Its length comes first, so that two different keys never give the same input.
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, board.length));
            mac.update(board);
            return mac.doFinal(key.name().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Returns the id of the member that an agent is, on every node. */
    MemberId memberId(AgentKey key) {
        return KeyHash.of(NewKey.derive(chosen(key), key.board(), "")).memberId();
    }
}
