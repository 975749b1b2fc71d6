package presence.board;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Measures how busy one event loop is, by the CPU time of its thread, and the factor by which its boards are slowed.
 * Sampled by the ticks themselves: a loop where nothing moves costs nothing. Written by the loop, read by any thread.
 */
final class LoopLoad {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long SAMPLE_NANOS = 200_000_000;
    private static final double SMOOTHING = 0.2;

    private final TickPolicy policy;
    private long sampledAtNanos;
    private long cpuAtNanos;
    private double lateness;
    private volatile double slowdown = 1;

    LoopLoad(TickPolicy policy) {
        this.policy = policy;
    }

    double slowdown() {
        return slowdown;
    }

    /** Records that a tick ran {@code lateMs} after it was due. The loop's thread only. */
    void ticked(long lateMs) {
        lateness += SMOOTHING * (Math.max(0, lateMs) / (double) policy.fastestMs() - lateness);
        sample();
    }

    /** The loop's thread only. */
    void sample() {
        long now = System.nanoTime();
        long wall = now - sampledAtNanos;
        if (wall < SAMPLE_NANOS) {
            return;
        }
        long cpu = THREADS.getCurrentThreadCpuTime();
        // After a pause longer than any between two ticks the average says nothing about the present load.
        boolean fresh = wall < 10 * SAMPLE_NANOS;
        if (fresh) {
            slowdown = policy.slowdown(slowdown, (double) (cpu - cpuAtNanos) / wall, lateness);
        } else {
            lateness = 0;
            slowdown = 1;
        }
        sampledAtNanos = now;
        cpuAtNanos = cpu;
    }
}
