package presence.bench.attack;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Swarm;
import presence.bench.swarm.SwarmPlan;
import presence.bench.swarm.SwarmReport;
import presence.bench.swarm.Tally;

/** A swarm in this process that must not be affected while its service is attacked. */
final class GoodUsers implements AutoCloseable {
    /** Time between two samples of the service's memory. */
    private static final long SAMPLE_MS = 100;

    private static final int JOIN_SECONDS = 60;

    private final SwarmPlan plan;
    private final ServiceProcess service;
    private Swarm swarm;

    /**
     * The measurements of a period.
     *
     * @param delivered positions
     * @param rssKib at most
     * @param cpu share of a core
     */
    record Window(long delivered, double p99Ms, long rssKib, double cpu) {}

    GoodUsers(SwarmPlan plan, ServiceProcess service) {
        this.plan = plan;
        this.service = service;
        this.swarm = joined();
    }

    private Swarm joined() {
        Swarm fresh = new Swarm(plan);
        fresh.open();
        if (!await(fresh::isOpen, JOIN_SECONDS) || !await(() -> fresh.rosterErrors() == 0, JOIN_SECONDS)) {
            fresh.close();
            throw new CannotMeasureException("not all users can join, before any attack: " + fresh.reasons());
        }
        fresh.start();
        return fresh;
    }

    /** Replaces the swarm if some users were lost. */
    void renew() {
        if (swarm.failureCount() > 0) {
            swarm.close();
            swarm = joined();
        }
    }

    /** Returns how many were disconnected or refused during the life of this swarm. */
    int lost() {
        return swarm.failureCount();
    }

    String reasons() {
        return swarm.reasons().toString();
    }

    /** Returns whether positions were delivered in the present window. */
    boolean areServed() {
        return swarm.tally().delivered > 0;
    }

    /** Measures for this long, and longer until {@code enough}, within a bound. */
    Window watch(double seconds, double atMost, BooleanSupplier enough) throws IOException {
        swarm.forget();
        double cpu = service.usage().cpuSeconds();
        long rss = 0;
        long started = System.nanoTime();
        do {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SAMPLE_MS));
            rss = Math.max(rss, service.usage().rssKib());
        } while (since(started) < seconds || since(started) < atMost && !enough.getAsBoolean());
        double used = (service.usage().cpuSeconds() - cpu) / since(started);
        Tally seen = swarm.tally();
        return new Window(seen.delivered, SwarmReport.ageMs(seen.ages, 99), rss, used);
    }

    /** Waits until every roster is right, within a bound; returns the remaining errors. */
    long rosterErrors(int patienceSeconds) {
        await(() -> swarm.rosterErrors() == 0, patienceSeconds);
        return swarm.rosterErrors();
    }

    private static boolean await(BooleanSupplier condition, int seconds) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (since(started) > seconds) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return true;
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    @Override
    public void close() {
        swarm.close();
    }
}
