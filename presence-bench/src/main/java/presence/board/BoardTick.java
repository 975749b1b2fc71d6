package presence.board;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import presence.bench.EventLoopThreads;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.lock.LockLimits;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;
import presence.wire.WireLimits;

/**
 * Measures a real board's whole tick, from a move of every member to one frame written to every client, without
 * sockets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {EventLoopThreads.CUSTOM, EventLoopThreads.CLASS, EventLoopThreads.NO_LEAK_SAMPLES})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BoardTick {
    private static final long TICK_MS = 33;

    @Param({"10", "200", "1000"})
    public int users;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Seat> seats = new ArrayList<>();
    private final List<ClientEvent.Cursor> moves = new ArrayList<>();
    private long nowMs = 1_000_000;
    private long written;

    @Setup
    public void join() {
        channel.freezeTime();
        ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
        ConnectionManager boards = new ConnectionManager(
                List.of(channel.eventLoop()),
                PooledByteBufAllocator.DEFAULT,
                new BoardSettings(
                        TICK_MS,
                        TICK_MS,
                        100,
                        64,
                        50,
                        0,
                        60_000,
                        0,
                        10_000,
                        1_000,
                        new BoardSettings.PerUser(0, 0),
                        131_072,
                        0,
                        WireLimits.DEFAULT,
                        LockLimits.DEFAULT),
                new InMemoryBus(NodeId.random(), new InMemoryHub()),
                metrics,
                new ClientMemory(metrics, Long.MAX_VALUE, () -> nowMs),
                () -> nowMs);
        BoardId board = new BoardId("b");
        for (int i = 0; i < users; i++) {
            seats.add(boards.join(
                    new ClientEvent.Join(
                            ClientEvent.NO_REQUEST_ID,
                            board,
                            new Profile("u" + i, "n", "", "", ""),
                            Status.ACTIVE,
                            Map.of(),
                            new byte[0],
                            false,
                            new byte[0],
                            0,
                            false),
                    new Recipient(),
                    Profile.EMPTY));
            moves.add(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, 20_000 + i, 40_000, false));
        }
        for (int i = 0; i < 10; i++) {
            pass(50);
        }
    }

    private void pass(long ms) {
        nowMs += ms;
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    @Benchmark
    public long tick() {
        for (int i = 0; i < seats.size(); i++) {
            seats.get(i).move(moves.get(i), nowMs);
        }
        pass(TICK_MS);
        return written;
    }

    private final class Recipient implements BoardClient {
        @Override
        public EventLoop eventLoop() {
            return channel.eventLoop();
        }

        @Override
        public void write(ServerFrameKind kind, ByteBuf frame) {
            written += frame.readableBytes();
            frame.release();
        }

        @Override
        public void flush() {}

        @Override
        public void offer(ServerFrameKind kind, ByteBuf frame) {
            write(ServerFrameKind.SIGNAL, frame);
        }

        @Override
        public boolean isClear() {
            return true;
        }

        @Override
        public boolean takesCursors() {
            return true;
        }

        @Override
        public int waitMs() {
            return 0;
        }

        @Override
        public void readsMayWait(long forMs) {
            // Nothing is read here.
        }

        @Override
        public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {
            throw new IllegalStateException("this benchmark sends no signals");
        }

        @Override
        public void startOver(String why) {
            throw new IllegalStateException(why);
        }

        @Override
        public void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame) {
            throw new IllegalStateException(why.wireName());
        }
    }
}
