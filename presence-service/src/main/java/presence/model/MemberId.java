package presence.model;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;

/** One session on one board: 128 random bits that stay the same when the session moves to another socket or node. */
public record MemberId(long high, long low) implements Comparable<MemberId> {
    public static final int BYTES = 16;

    public static MemberId random() {
        UUID uuid = UUID.randomUUID();
        return new MemberId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /** @throws IllegalArgumentException unless there are exactly {@value #BYTES} bytes */
    public static MemberId fromBytes(ByteBuffer bytes) {
        if (bytes.remaining() != BYTES) {
            throw new IllegalArgumentException("a member id has " + BYTES + " bytes, not " + bytes.remaining());
        }
        return new MemberId(bytes.getLong(), bytes.getLong());
    }

    /** @throws IllegalArgumentException unless {@code hex} is {@value #BYTES} bytes in hexadecimal */
    public static MemberId fromHex(String hex) {
        return fromBytes(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    @Override
    public int compareTo(MemberId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Hexadecimal, as stored in Redis. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
