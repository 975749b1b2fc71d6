package presence.cluster.segment;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardFeed;
import presence.cluster.envelope.EnvelopeCounters;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.ObserverCount;

/**
 * Publishes how many observers this node has on one board, once a second at most, and receives the numbers of the other
 * nodes. A number is written again until Redis has it, and once per touch interval, so that a lost message or an emptied
 * Redis is repaired. Board loop only.
 */
final class BoardObservers {
    private static final long INTERVAL_MS = 1_000;
    private static final int UNKNOWN = -1;

    private final SegmentContext context;
    private final BoardId board;
    private final EventLoop loop;
    private final BoardFeed feed;
    private final EnvelopeCounters counters;
    private int count;
    /** The number in Redis. */
    private int stored;

    private boolean writing;
    private boolean scheduled;
    private boolean closed;
    private long writtenNanos;
    private @Nullable Future<?> touch;

    private boolean reading;
    private boolean readsAgain;
    /** What nodes published while the stored numbers were read. */
    private final Map<NodeId, Integer> heard = new HashMap<>(0);

    BoardObservers(SegmentContext context, BoardId board, EventLoop loop, BoardFeed feed) {
        this.context = context;
        this.board = board;
        this.loop = loop;
        this.feed = feed;
        counters = new EnvelopeCounters(context.metrics());
        writtenNanos = loop.ticker().nanoTime() - TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);
    }

    /** Sets the number of this node's observers. */
    void set(int observers) {
        if (closed) {
            return;
        }
        count = observers;
        if (count > 0 && touch == null) {
            touchLater();
        }
        writeSoon();
    }

    private void touchLater() {
        touch = loop.schedule(
                () -> {
                    touch = null;
                    if (count > 0 && !closed) {
                        touchLater();
                        rewrite();
                    }
                },
                context.touchMs(),
                TimeUnit.MILLISECONDS);
    }

    /** Writes the number again: Redis or other nodes may lack it. */
    void rewrite() {
        if (count > 0 || stored != 0) {
            stored = UNKNOWN;
            writeSoon();
        }
    }

    private void writeSoon() {
        if (writing || scheduled && !closed || count == stored) {
            return;
        }
        long since = TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - writtenNanos);
        if (closed || since >= INTERVAL_MS) {
            write();
        } else {
            scheduled = true;
            loop.schedule(
                    () -> {
                        scheduled = false;
                        if (!writing && count != stored) {
                            write();
                        }
                    },
                    INTERVAL_MS - since,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void write() {
        writing = true;
        writtenNanos = loop.ticker().nanoTime();
        int sent = count;
        Envelope.Builder envelope = context.publisher()
                .envelope()
                .setObservers(ObserverCount.newBuilder().setObservers(sent));
        context.observers()
                .write(board, context.self().get().node(), sent, context.codec().encode(envelope))
                .whenComplete((done, failure) -> loop.execute(() -> {
                    writing = false;
                    stored = failure == null ? sent : UNKNOWN;
                    if (failure == null) {
                        counters.published(Envelope.EventCase.OBSERVERS);
                    } else {
                        onFailed(envelope, failure);
                    }
                    // A board that is gone leaves its number to expire.
                    if (!closed || failure == null) {
                        writeSoon();
                    }
                }));
    }

    private void onFailed(Envelope.Builder envelope, Throwable failure) {
        if (context.isRefused(failure)) {
            context.publisher().publish(board, envelope);
        } else {
            context.failures().warn("writing the number of observers failed, retrying board=" + board, failure);
        }
    }

    /** Applies what another node published. */
    void receive(NodeId node, ObserverCount observers) {
        if (!closed) {
            int number = Math.max(0, observers.getObservers());
            if (reading) {
                heard.put(node, number);
            }
            feed.onObservers(node, number);
        }
    }

    /** Forgets a node that has stopped or is dead; what is being read may still have its number. */
    void forget(NodeId node) {
        if (reading) {
            heard.put(node, 0);
        }
        feed.onObservers(node, 0);
    }

    /** Reads the stored numbers of all nodes: known ones may be stale. */
    void read() {
        if (reading) {
            readsAgain = true;
            return;
        }
        reading = true;
        heard.clear();
        context.observers().read(board).whenComplete((all, failure) -> loop.execute(() -> onRead(all, failure)));
    }

    private void onRead(@Nullable Map<Origin, Integer> all, @Nullable Throwable failure) {
        reading = false;
        if (closed) {
            return;
        }
        if (all == null) {
            // Every node publishes its number again within a touch interval.
            context.failures().warn("reading the numbers of observers failed board=" + board, failure);
        } else {
            Map<NodeId, Integer> counts = new HashMap<>();
            all.forEach((origin, number) -> {
                // A node that has stopped may have its lease for a moment.
                if (context.detector().accepts(origin, origin.inc())) {
                    // As for the owners of a snapshot: else its messages, the bye too, would come from an unknown node.
                    context.gate().remember(origin);
                    context.detector().onHeard(origin);
                    counts.put(origin.node(), number);
                }
            });
            counts.putAll(heard);
            counts.values().removeIf(number -> number == 0);
            counts.remove(context.self().get().node());
            feed.onObservers(counts);
        }
        if (readsAgain) {
            readsAgain = false;
            read();
        }
    }

    /** Removes the number from Redis. */
    void close() {
        Future<?> next = touch;
        if (next != null) {
            next.cancel(false);
        }
        count = 0;
        closed = true;
        writeSoon();
    }
}
