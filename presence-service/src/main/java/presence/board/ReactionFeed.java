package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import presence.board.spi.BoardLink;
import presence.metrics.ServiceMetrics;
import presence.wire.ServerFrameKind;
import presence.wire.WireLimits;

/**
 * Sums the reactions of a board's clients by type and sends the sums, at most twice a second: those of this node to the
 * other nodes, and those of all nodes to the clients that asked for them. The first reaction after quiet is sent at once.
 * Board loop only.
 */
final class ReactionFeed {
    static final long INTERVAL_MS = 500;

    /** Types that are summed up in one interval, of which the most frequent ones are sent: a bound on memory. */
    static final int MOST_SUMMED = 4 * WireLimits.MAX_REACTION_TYPES;

    private final int boardRef;
    private final BoardLoop shared;
    private final Fanout fanout;
    private final ServiceMetrics metrics;
    private final SeatsByLoop seats = new SeatsByLoop();
    private final Sums forClients;
    private final Sums forNodes;

    ReactionFeed(int boardRef, BoardLoop shared, Fanout fanout, BoardLink link, ServiceMetrics metrics) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.fanout = fanout;
        this.metrics = metrics;
        this.forClients = new Sums(this::send);
        this.forNodes = new Sums(link::reactions);
    }

    /** Adds a seat that has received its roster. */
    void add(Seat seat) {
        seats.add(seat);
    }

    void remove(Seat seat) {
        seats.remove(seat);
    }

    /** Counts one of a local client. */
    void react(String type) {
        metrics.reactions.increment();
        forNodes.add(type, 1);
        addForClients(type, 1);
    }

    /** Adds another node's sums. */
    void onRemote(Map<String, Integer> sums) {
        sums.forEach(this::addForClients);
    }

    private void addForClients(String type, int count) {
        if (!seats.isEmpty()) {
            forClients.add(type, count);
        }
    }

    private void send(Map<String, Integer> sums) {
        ByteBuf frame;
        try {
            frame = shared.encoder.reactions(boardRef, sums);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            sums.values().forEach(metrics.reactionsDropped::increment);
            return;
        }
        seats.send(fanout, frame, (client, copy) -> client.offer(ServerFrameKind.REACTIONS, copy));
    }

    /** The sums since the last send, and when the next one is due. */
    private final class Sums {
        private final Consumer<Map<String, Integer>> target;
        private final Map<String, Integer> byType = new LinkedHashMap<>(0);
        private long sentMs = shared.clock.getAsLong() - INTERVAL_MS;
        private boolean scheduled;

        Sums(Consumer<Map<String, Integer>> target) {
            this.target = target;
        }

        void add(String type, int count) {
            if (byType.size() >= MOST_SUMMED && !byType.containsKey(type)) {
                metrics.reactionsDropped.increment(count);
                return;
            }
            byType.merge(type, count, (a, b) -> (int) Math.min((long) a + b, Integer.MAX_VALUE));
            if (!scheduled) {
                scheduled = true;
                long wait = Math.max(0, sentMs + INTERVAL_MS - shared.clock.getAsLong());
                shared.loop.schedule(this::flush, wait, TimeUnit.MILLISECONDS);
            }
        }

        private void flush() {
            scheduled = false;
            sentMs = shared.clock.getAsLong();
            List<Map.Entry<String, Integer>> all = new ArrayList<>(byType.entrySet());
            all.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
            Map<String, Integer> most = new LinkedHashMap<>();
            for (Map.Entry<String, Integer> sum : all) {
                if (most.size() < WireLimits.MAX_REACTION_TYPES) {
                    most.put(sum.getKey(), sum.getValue());
                } else {
                    metrics.reactionsDropped.increment(sum.getValue());
                }
            }
            byType.clear();
            target.accept(most);
        }
    }
}
