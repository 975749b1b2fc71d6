package presence.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a resume key: all that a node stores of it. Readers of rosters or of Redis can check a key and cannot
 * forge one.
 */
public final class KeyHash {
    public static final int BYTES = 32;

    /** The hash of a member that cannot be resumed. No key has it. */
    public static final KeyHash NONE = new KeyHash(0, 0, 0, 0);

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    private KeyHash(long first, long second, long third, long fourth) {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    public static KeyHash of(byte[] resumeKey) {
        try {
            return fromBytes(
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(resumeKey)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** @throws IllegalArgumentException unless there are exactly {@value #BYTES} bytes */
    public static KeyHash fromBytes(ByteBuffer bytes) {
        if (bytes.remaining() != BYTES) {
            throw new IllegalArgumentException("a key hash has " + BYTES + " bytes, not " + bytes.remaining());
        }
        return new KeyHash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(first)
                .putLong(second)
                .putLong(third)
                .putLong(fourth)
                .array();
    }

    /**
     * Returns the id of the member that holds the key. Any node finds the member of a key by it, without an index. It
     * makes half of the hash public; the key (128 random bits) stays as hard to guess as before.
     */
    public MemberId memberId() {
        return new MemberId(first, second);
    }

    /** Takes the same time whatever the position of the first difference. */
    @Override
    public boolean equals(Object other) {
        return other instanceof KeyHash hash
                && (first ^ hash.first | second ^ hash.second | third ^ hash.third | fourth ^ hash.fourth) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fourth);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
