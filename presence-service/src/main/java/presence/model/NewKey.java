package presence.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Derives the resume key of a new member from random bytes that its client chose. A join that is sent again with the
 * same bytes, on any node, leads to the same key and therefore to the same member.
 *
 * <p>The key depends on the board and on the authenticated user, too. One client's bytes thus never lead to the member
 * of another user, and members of two boards never share an id. Nodes of all releases must derive the same key.
 */
public final class NewKey {
    /** Fewer bytes could be guessed. */
    public static final int LEAST_BYTES = 16;

    public static final int MOST_BYTES = 64;

    /**
     * Fewer different values than these hint at a source that is not random, such as one that returns zeros: two
     * clients could choose the same bytes. Of 16 random bytes fewer are different once in 10^12 times.
     */
    private static final int LEAST_VALUES = 8;

    private static final byte[] LABEL = "presence new key\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = {};

    private NewKey() {}

    /**
     * Returns the resume key, 16 bytes; empty if {@code chosen} is too short, too long or obviously not random.
     *
     * @param userId of the authenticated user; empty without one
     */
    public static byte[] derive(byte[] chosen, BoardId board, String userId) {
        if (chosen.length < LEAST_BYTES || chosen.length > MOST_BYTES || differentValues(chosen) < LEAST_VALUES) {
            return NONE;
        }
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        digest.update(LABEL);
        update(digest, board.value().getBytes(StandardCharsets.UTF_8));
        update(digest, userId.getBytes(StandardCharsets.UTF_8));
        update(digest, chosen);
        return Arrays.copyOf(digest.digest(), LEAST_BYTES);
    }

    /** With its length first, so that no two sequences of values are the same bytes. */
    private static void update(MessageDigest digest, byte[] value) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, value.length));
        digest.update(value);
    }

    private static int differentValues(byte[] bytes) {
        BitSet values = new BitSet(1 << Byte.SIZE);
        for (byte each : bytes) {
            values.set(Byte.toUnsignedInt(each));
        }
        return values.cardinality();
    }
}
