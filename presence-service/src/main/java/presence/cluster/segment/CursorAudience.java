package presence.cluster.segment;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import presence.metrics.ServiceMetrics;

/**
 * Decides whether cursors of one board are published: not while the channel of the board has no receiver but this node.
 * Redis answers each PUBLISH with the number of receivers, subscriptions by pattern included. Without another receiver,
 * all positions are published once a second at most, which finds receivers that say no hello. Board loop only, except
 * {@link #onReceivers}.
 */
final class CursorAudience {
    /** Longest delay of a position to a receiver that says no hello, in milliseconds. */
    static final long PROBE_MS = 1_000;

    private final EventLoop loop;
    private final BooleanSupplier subscribed;
    private final Runnable publishAll;
    private final ServiceMetrics metrics;
    /** Written on the board's loop. */
    private volatile boolean empty;

    private boolean withheld;
    private boolean probing;
    /** Answers to what was published before may be on their way. */
    private long heardNanos;

    /**
     * @param subscribed whether this node's own subscription of the channel is acknowledged; any thread
     * @param publishAll publishes the positions of all local members; on the loop
     */
    CursorAudience(EventLoop loop, BooleanSupplier subscribed, Runnable publishAll, ServiceMetrics metrics) {
        this.loop = loop;
        this.subscribed = subscribed;
        this.publishAll = publishAll;
        this.metrics = metrics;
        heardNanos = loop.ticker().nanoTime() - TimeUnit.MILLISECONDS.toNanos(PROBE_MS);
    }

    /** Whether to publish these cursors. If not, all positions are published within {@link #PROBE_MS}. */
    boolean isListening() {
        if (!empty || probing) {
            return true;
        }
        metrics.cursorsUnheard.increment();
        if (!withheld) {
            withheld = true;
            loop.schedule(this::probe, PROBE_MS, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    /** Publishes from now on: another node follows the board, or this node's subscription is new. */
    void onHeard() {
        heardNanos = loop.ticker().nanoTime();
        if (empty) {
            fill();
        }
    }

    /** Takes the answer to a PUBLISH of cursors. Any thread. */
    void onReceivers(long receivers) {
        boolean alone = receivers <= (subscribed.getAsBoolean() ? 1 : 0);
        if (alone != empty) {
            loop.execute(() -> decide(alone));
        }
    }

    private void decide(boolean alone) {
        if (!alone && empty) {
            fill();
        } else if (alone && loop.ticker().nanoTime() - heardNanos >= TimeUnit.MILLISECONDS.toNanos(PROBE_MS)) {
            empty = true;
        }
    }

    private void fill() {
        empty = false;
        probe();
    }

    private void probe() {
        if (!withheld) {
            return;
        }
        withheld = false;
        probing = true;
        try {
            publishAll.run();
        } finally {
            probing = false;
        }
    }
}
