package presence.connection;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.board.spi.JoinLimit;
import presence.metrics.EnumCounters;
import presence.security.Authenticator;
import presence.security.LimitKind;
import presence.watch.WatchFeed;
import presence.watch.WatchedBoards;
import presence.wire.WireDecoder;
import presence.wire.WireEncoder;

/** Creates the handlers of new connections, with the parts that connections of one event loop share. Thread-safe. */
public final class ClientConnections {
    private record LoopParts(
            ConnectionSweep sweep, WireEncoder encoder, WatchFeed watches, HeartbeatReads heartbeatReads) {}

    /** Delay before the first client leaves, so that the other nodes know the members that have just joined. */
    private static final long NOTICE_MS = 500;

    /** Time for the last close frames. */
    private static final long CLOSE_FRAMES_MS = 500;

    /**
     * How much longer than announced a client is served that has not left: a node with a cold JVM needs seconds to
     * accept hundreds of clients, and a client on its old connection stays a member meanwhile.
     */
    private static final long SLACK_MS = 10_000;

    private final ConnectionManager boards;
    private final ConnectionSettings settings;
    private final ConnectionMetrics metrics;
    private final @Nullable Authenticator authenticator;
    private final JoinLimit joins;
    private final ClientMemory memory;
    private final LongSupplier clock;
    private final WireDecoder decoder;
    private final Map<EventLoop, LoopParts> loops;

    /**
     * @param authenticator null: no authentication
     * @param watched the boards that the clients watch
     * @param heartbeatReads the counter of a loop
     * @param clock monotonic milliseconds
     */
    public ClientConnections(
            List<EventLoop> loops,
            ByteBufAllocator allocator,
            ConnectionManager boards,
            WatchedBoards watched,
            ConnectionSettings settings,
            ConnectionMetrics metrics,
            @Nullable Authenticator authenticator,
            JoinLimit joins,
            ClientMemory memory,
            Function<EventLoop, HeartbeatReads> heartbeatReads,
            LongSupplier clock) {
        this.boards = boards;
        this.settings = settings;
        this.metrics = metrics;
        this.authenticator = authenticator;
        this.joins = joins;
        this.memory = memory;
        this.clock = clock;
        this.decoder = new WireDecoder(settings.welcome().limits());
        this.loops = loops.stream()
                .collect(Collectors.toUnmodifiableMap(
                        loop -> loop,
                        loop -> new LoopParts(
                                new ConnectionSweep(loop, settings.sweepMs(), clock),
                                new WireEncoder(allocator),
                                new WatchFeed(loop, watched, allocator, memory),
                                heartbeatReads.apply(loop))));
    }

    /** Any thread: the seats of the open connections of all loops. */
    public CompletionStage<Collection<Seat>> heldSeats() {
        List<CompletableFuture<List<Seat>>> parts = new ArrayList<>();
        loops.forEach((loop, shared) -> {
            CompletableFuture<List<Seat>> part = new CompletableFuture<>();
            parts.add(part);
            loop.execute(() -> part.complete(heldSeats(shared.sweep())));
        });
        return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    List<Seat> all = new ArrayList<>();
                    parts.forEach(part -> all.addAll(part.join()));
                    return all;
                });
    }

    private static List<Seat> heldSeats(ConnectionSweep sweep) {
        List<Seat> held = new ArrayList<>();
        sweep.forEach(connection -> {
            if (connection instanceof ClientConnection client) {
                held.addAll(client.heldSeats());
            }
        });
        return held;
    }

    /**
     * The last handler of a connection's pipeline, after its WebSocket handshake.
     *
     * @param handshake the result of its handshake
     */
    public ChannelHandler newHandler(EventLoop loop, HandshakeResult handshake) {
        LoopParts parts = parts(loop);
        return new ClientInboundHandler(
                decoder,
                settings.welcome().limits().maxFrameBytes(),
                context -> new ClientConnection(
                        context,
                        boards,
                        settings,
                        metrics,
                        authenticator,
                        joins,
                        memory,
                        parts.encoder(),
                        parts.watches(),
                        parts.sweep(),
                        clock),
                handshake,
                parts.sweep(),
                parts.heartbeatReads());
    }

    /** Counts refusals per limit. */
    public EnumCounters<LimitKind> limited() {
        return metrics.limited();
    }

    /** Any thread: the open connections. */
    public int clients() {
        return metrics.service().connections.get();
    }

    /**
     * Any thread: asks the clients to reconnect elsewhere, one after the other, and serves each until it has left, but
     * not much longer than announced. Returns when all have left, or when the time is over.
     *
     * @param perSecond clients asked per second; more if the time is short
     * @param atMost half of it is the time within which clients are asked to leave
     */
    public void sendElsewhere(int perSecond, Duration atMost) {
        long announcedMs = atMost.toMillis() / 2;
        int clients = clients();
        long noticeMs = Math.min(NOTICE_MS, announcedMs / 4);
        double eachMs = Math.min(1_000.0 / perSecond, (double) (announcedMs - noticeMs) / Math.max(1, clients));
        long slackMs = Math.min(SLACK_MS, announcedMs / 2);
        AtomicInteger asked = new AtomicInteger();
        loops.forEach((loop, parts) -> loop.execute(() -> parts.sweep().forEach(connection -> {
            if (connection instanceof ClientConnection client) {
                client.sendElsewhere((int) (noticeMs + eachMs * asked.getAndIncrement()), slackMs);
            }
        })));
        // Also without time to drain, clients get a close frame with the reason.
        await(() -> clients() == 0, atMost.plusMillis(CLOSE_FRAMES_MS));
    }

    /**
     * Any thread: waits until the last member was taken over elsewhere or its grace period has ended, at most
     * {@code patience}.
     */
    public void awaitMembersGone(Duration patience) {
        await(() -> boards.localMembers() == 0, patience);
    }

    private static void await(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private LoopParts parts(EventLoop loop) {
        LoopParts parts = loops.get(loop);
        if (parts == null) {
            throw new IllegalArgumentException("not one of our event loops");
        }
        return parts;
    }
}
