package presence.activity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Counts distinct users in 4 KiB, 1.6 % off on average (HyperLogLog, with linear counting of few). Not thread-safe. */
final class UserSketch {
    private static final int BITS = 12;
    private static final int REGISTERS = 1 << BITS;

    private final byte[] registers = new byte[REGISTERS];

    void add(String user) {
        long hash = hash(user);
        int register = (int) (hash >>> 64 - BITS);
        int rank = Long.numberOfLeadingZeros(hash << BITS | 1L << BITS - 1) + 1;
        registers[register] = (byte) Math.max(registers[register], rank);
    }

    void addAll(UserSketch other) {
        for (int i = 0; i < REGISTERS; i++) {
            registers[i] = (byte) Math.max(registers[i], other.registers[i]);
        }
    }

    /** The number of distinct users, about. */
    long count() {
        double sum = 0;
        int empty = 0;
        for (byte register : registers) {
            sum += 1.0 / (1L << register);
            empty += register == 0 ? 1 : 0;
        }
        double estimate = 0.7213 / (1 + 1.079 / REGISTERS) * REGISTERS * REGISTERS / sum;
        boolean isFew = estimate <= 2.5 * REGISTERS && empty > 0;
        return Math.round(isFew ? REGISTERS * Math.log((double) REGISTERS / empty) : estimate);
    }

    private static long hash(String user) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(user.getBytes(StandardCharsets.UTF_8));
            long hash = 0;
            for (byte part : Arrays.copyOf(digest, Long.BYTES)) {
                hash = hash << Byte.SIZE | part & 0xFF;
            }
            return hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
