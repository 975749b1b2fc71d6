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
import presence.wire.WireDecoder;
import presence.wire.WireEncoder;

/** Makes sessions for new connections, with what each event loop shares among its own. Thread-safe. */
public final class ClientConnections {
    private record LoopParts(ConnectionSweep sweep, WireEncoder encoder) {}

    /** Before the first is to go: what it joined just now must be known where it goes. */
    private static final long NOTICE_MS = 500;

    /** For close frames on their way, beyond all other time. */
    private static final long GOODBYE_MS = 500;

    /**
     * How much longer than it was told a client is served that has not gone: a node whose JVM is cold takes seconds to
     * let hundreds in, and who holds on to the old connection meanwhile is missed by nobody.
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
     * @param authenticator null: nobody is asked for a token
     * @param clock monotonic milliseconds
     */
    public ClientConnections(
            List<EventLoop> loops,
            ByteBufAllocator allocator,
            ConnectionManager boards,
            ConnectionSettings settings,
            ConnectionMetrics metrics,
            @Nullable Authenticator authenticator,
            JoinLimit joins,
            ClientMemory memory,
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
                                new ConnectionSweep(loop, settings.sweepMs(), clock), new WireEncoder(allocator))));
    }

    /** Any thread: the seats that open connections count on, of all loops. */
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
            if (connection instanceof ClientConnection session) {
                held.addAll(session.heldSeats());
            }
        });
        return held;
    }

    /**
     * The last handler of a connection's pipeline, once it speaks WebSocket.
     *
     * @param arrival how the connection came
     */
    public ChannelHandler newHandler(EventLoop loop, HandshakeResult arrival) {
        LoopParts parts = parts(loop);
        return new ClientInboundHandler(
                decoder,
                settings.welcome().limits().maxFrameBytes(),
                context -> new ClientConnection(
                        context, boards, settings, metrics, authenticator, joins, memory, parts.encoder(), clock),
                arrival,
                parts.sweep());
    }

    /** What was too much, counted. */
    public EnumCounters<LimitKind> limited() {
        return metrics.limited();
    }

    /** Any thread: the open connections. */
    public int clients() {
        return metrics.service().connections.get();
    }

    /**
     * Any thread: asks the clients to go elsewhere, one after the other, and serves each until it has gone, but not
     * much longer than it was told. Returns when all have gone, or when the time is over.
     *
     * @param perSecond how many are asked to go, more if need be
     * @param atMost half of it is for those who go when they are asked
     */
    public void sendElsewhere(int perSecond, Duration atMost) {
        long toldWithinMs = atMost.toMillis() / 2;
        int clients = clients();
        long noticeMs = Math.min(NOTICE_MS, toldWithinMs / 4);
        double eachMs = Math.min(1_000.0 / perSecond, (double) (toldWithinMs - noticeMs) / Math.max(1, clients));
        long slackMs = Math.min(SLACK_MS, toldWithinMs / 2);
        AtomicInteger told = new AtomicInteger();
        loops.forEach((loop, parts) -> loop.execute(() -> parts.sweep().forEach(connection -> {
            if (connection instanceof ClientConnection session) {
                session.sendElsewhere((int) (noticeMs + eachMs * told.getAndIncrement()), slackMs);
            }
        })));
        // With no time at all they are still told why.
        await(() -> clients() == 0, atMost.plusMillis(GOODBYE_MS));
    }

    /**
     * Any thread: waits until the last member was taken over elsewhere or its grace is over, or
     * {@code patience} is.
     */
    public void awaitNobody(Duration patience) {
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
