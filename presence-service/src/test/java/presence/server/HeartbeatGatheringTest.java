package presence.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import presence.connection.HeartbeatReads;

class HeartbeatGatheringTest {
    private static final long WAIT_MS = 20;

    private final AtomicLong nowMs = new AtomicLong();
    private final HeartbeatReads reads = new HeartbeatReads();
    private final Sockets sockets = new Sockets();
    private final List<Long> waits = new ArrayList<>();
    private final HeartbeatGathering gathering =
            new HeartbeatGathering(sockets, WAIT_MS, reads, () -> TimeUnit.MILLISECONDS.toNanos(nowMs.get())) {
                @Override
                void park(long nanos) {
                    waits.add(TimeUnit.NANOSECONDS.toMillis(nanos));
                }
            };
    private final Context context = new Context();

    /** Sockets on which each run finds so many heartbeats and other events. */
    private final class Sockets implements IoHandler {
        int heartbeats;
        int others;

        @Override
        public int run(IoHandlerContext running) {
            reads.add(heartbeats);
            return heartbeats + others;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }
    }

    private static final class Context implements IoHandlerContext {
        boolean hasTasks;
        long taskDueMs = 1_000_000;

        @Override
        public boolean canBlock() {
            return !hasTasks;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return TimeUnit.MILLISECONDS.toNanos(taskDueMs) - currentTimeNanos;
        }

        @Override
        public long deadlineNanos() {
            return TimeUnit.MILLISECONDS.toNanos(taskDueMs);
        }
    }

    private void run(int heartbeats, int others) {
        sockets.heartbeats = heartbeats;
        sockets.others = others;
        gathering.run(context);
    }

    /** Reads heartbeats alone for so long that the loop waits before its next run. */
    private void quiet() {
        run(1, 0);
        nowMs.addAndGet(HeartbeatGathering.QUIET_MS);
        run(2, 0);
        assertThat(waits).isEmpty();
    }

    @Test
    void waitsAfterHeartbeatsAloneForAWhile() {
        quiet();
        run(3, 0);
        run(3, 0);
        assertThat(waits).containsExactly(WAIT_MS, WAIT_MS);
    }

    @Test
    void countsTheWaitFromTheLastRead() {
        quiet();
        nowMs.addAndGet(15);
        run(1, 0);
        nowMs.addAndGet(20);
        run(1, 0);
        assertThat(waits).containsExactly(5L);
    }

    @Test
    void doesNotWaitWhereNothingWasRead() {
        quiet();
        run(0, 0);
        run(0, 0);
        assertThat(waits).hasSize(1);
    }

    @Test
    void anotherEventEndsTheQuiet() {
        quiet();
        run(5, 1);
        assertThat(waits).hasSize(1);
        run(5, 0);
        nowMs.addAndGet(HeartbeatGathering.QUIET_MS - 1);
        run(5, 0);
        run(5, 0);
        assertThat(waits).hasSize(1);
        nowMs.addAndGet(1);
        run(5, 0);
        run(5, 0);
        assertThat(waits).hasSize(2);
    }

    @Test
    void aTaskOfAnotherThreadEndsTheQuiet() {
        quiet();
        gathering.wakeup();
        run(1, 0);
        run(1, 0);
        run(1, 0);
        assertThat(waits).isEmpty();
    }

    @Test
    void doesNotDelayTasks() {
        quiet();
        context.taskDueMs = nowMs.get() + 7;
        run(1, 0);
        assertThat(waits).containsExactly(7L);
        context.hasTasks = true;
        run(1, 0);
        assertThat(waits).hasSize(1);
    }

    @Test
    void aTaskEndsAWaitOfARealLoop() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicLong hours = new AtomicLong();
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1,
                loop ->
                        new HeartbeatGathering(
                                sockets, TimeUnit.DAYS.toMillis(1), reads, () -> TimeUnit.HOURS.toNanos(hours.get())) {
                            @Override
                            public int run(IoHandlerContext running) {
                                runs.incrementAndGet();
                                hours.incrementAndGet();
                                return super.run(running);
                            }
                        });
        try {
            sockets.heartbeats = 1;
            // Without a scheduled task a loop looks at its sockets once a second.
            group.schedule(() -> {}, 30, TimeUnit.DAYS);
            Future<Thread> started = group.submit(Thread::currentThread);
            Thread loop = started.get();
            await().until(() -> loop.getState() == Thread.State.TIMED_WAITING);
            int before = runs.get();
            assertThat(group.submit(() -> "done").get(30, TimeUnit.SECONDS)).isEqualTo("done");
            await().until(() -> runs.get() > before);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }
}
