package presence.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardLink;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.NodeId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.SegmentDelta;

/** What boards count reaches the store once, in the hour in which it happened. */
class ActivityRecorderTest {
    private static final long PERIOD_MS = 60_000;
    private static final long HOUR = 500;

    private record Call(long number, Batch batch, CompletableFuture<Integer> answer) {}

    private final MemoryActivityStore kept = new MemoryActivityStore(1, 10);
    private final List<Call> calls = new ArrayList<>();
    private boolean fails;

    private final ActivityStore store = new ActivityStore() {
        @Override
        public CompletionStage<Integer> add(long number, Batch batch) {
            Call call = new Call(number, batch, new CompletableFuture<>());
            calls.add(call);
            if (fails) {
                call.answer().completeExceptionally(new IllegalStateException("down"));
            } else {
                call.answer()
                        .complete(kept.add(number, batch).toCompletableFuture().join());
            }
            return call.answer();
        }

        @Override
        public CompletionStage<List<Hour>> board(String board, long from, long to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Totals> totals(long from, long to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Map<String, Activity>> boards(long hour) {
            throw new UnsupportedOperationException();
        }
    };

    private long nowMs = HOUR * Batch.HOUR_MS;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ActivityMetrics metrics = ActivityMetrics.in(new ServiceMetrics(new SimpleMeterRegistry()));
    private final ActivityRecorder recorder =
            new ActivityRecorder(store, metrics, PERIOD_MS, 3, () -> nowMs, channel.eventLoop());

    private BoardLink link(String board) {
        return link(recorder, board);
    }

    private BoardLink link(ActivityRecorder to, String board) {
        InMemoryBus bus = new InMemoryBus(NodeId.random(), new InMemoryHub());
        BoardId id = new BoardId(board);
        ActivityLink link =
                new ActivityLink(bus.link(id, channel.eventLoop()), id, to, metrics, () -> nowMs, () -> nowMs);
        to.opened(link);
        return link;
    }

    private Member member(String user) {
        KeyHash key = KeyHash.of(user.getBytes(StandardCharsets.UTF_8));
        Profile profile = new Profile(user, user, "", "", "");
        return new Member(key.memberId(), 1, profile, Status.ACTIVE, PresenceState.EMPTY, 1, nowMs, key);
    }

    private static SegmentDelta left(Member member, LeaveReason reason) {
        return new SegmentDelta(List.of(), Map.of(member.id(), reason));
    }

    private Member join(BoardLink link, String user) {
        Member member = member(user);
        link.joined();
        link.publish(new SegmentDelta(List.of(member), Map.of()));
        return member;
    }

    private void pass(long ms) {
        for (long end = nowMs + ms; nowMs < end; ) {
            long step = Math.min(1_000, end - nowMs);
            nowMs += step;
            channel.advanceTimeBy(step, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
    }

    private Activity ofBoard(long hour, String board) {
        return kept.boards(hour).toCompletableFuture().join().getOrDefault(board, Activity.NONE);
    }

    private ActivityStore.Totals totals() {
        return kept.totals(HOUR, HOUR + 24).toCompletableFuture().join();
    }

    @Test
    void addsUpJoinsTimesAndSignalsByHour() {
        recorder.begin();
        BoardLink link = link("b");
        pass(30_000);
        Member ada = join(link, "ada");
        link.size(1);
        pass(10_000);
        join(link, "bob");
        link.size(2);
        link.sent(ada.id(), "wave", new byte[0]);
        pass(5_000);
        link.publish(left(ada, LeaveReason.LEFT));
        link.size(1);
        pass(3_540_000);
        assertThat(ofBoard(HOUR, "b").most()).isEqualTo(2);
        pass(90_000);
        Activity first = ofBoard(HOUR, "b");
        assertThat(first).isEqualTo(new Activity(2, 2, 15_000 + 3_560_000, 1));
        assertThat(ofBoard(HOUR + 1, "b")).isEqualTo(new Activity(1, 0, 60_000, 0));
        assertThat(totals().hours())
                .hasSize(2)
                .allSatisfy(hour -> assertThat(hour.activity().most()).isEqualTo(1));
        assertThat(totals().hours().get(0).users()).isEqualTo(2);
        assertThat(totals().hours().get(1).users()).isEqualTo(1);
        assertThat(totals().users()).isEqualTo(2);
        assertThat(metrics.sessions().totalAmount()).isEqualTo(15);
    }

    @Test
    void countsATakeOverNeitherAsAJoinNorAsASession() {
        recorder.begin();
        BoardLink link = link("b");
        Member ada = member("ada");
        link.publish(new SegmentDelta(List.of(ada), Map.of()));
        pass(20_000);
        link.publish(left(ada, LeaveReason.TAKEN_OVER));
        pass(60_000);
        assertThat(ofBoard(HOUR, "b")).isEqualTo(new Activity(0, 0, 20_000, 0));
        assertThat(metrics.sessions().count()).isZero();
    }

    @Test
    void repeatsABatchUnderItsNumberUntilItIsTaken() {
        recorder.begin();
        join(link("b"), "ada");
        fails = true;
        pass(70_000);
        assertThat(calls)
                .hasSizeGreaterThan(1)
                .allSatisfy(call -> assertThat(call.number()).isEqualTo(1));
        assertThat(recorder.waiting()).isPositive();
        fails = false;
        pass(60_000);
        assertThat(ofBoard(HOUR, "b").joins()).isEqualTo(1);
        assertThat(ofBoard(HOUR, "b").memberMs()).isBetween(60_000L, 130_000L);
        assertThat(calls.get(calls.size() - 1).number()).isGreaterThan(1);
        assertThat(recorder.waiting()).isZero();
        assertThat(metrics.failures().count()).isPositive();
    }

    @Test
    void takesOneSampleOfAPeriodHoweverLateItsTimerIs() {
        join(link("b"), "ada");
        nowMs += PERIOD_MS;
        recorder.collect();
        nowMs += PERIOD_MS / 3;
        recorder.collect();
        recorder.send();
        assertThat(totals().hours().get(0).activity().most()).isEqualTo(1);
    }

    @Test
    void keepsWhatClosedBoardsCounted() {
        recorder.begin();
        BoardLink link = link("b");
        Member ada = join(link, "ada");
        pass(1_000);
        link.publish(left(ada, LeaveReason.LEFT));
        link.close();
        pass(70_000);
        assertThat(ofBoard(HOUR, "b")).isEqualTo(new Activity(0, 1, 1_000, 0));
        assertThat(totals().hours().get(0).users()).isEqualTo(1);
    }

    @Test
    void writesWhatItHasWhenItStops() {
        ActivityRecorder stopping = new ActivityRecorder(
                store, metrics, PERIOD_MS, 3, () -> nowMs, Executors.newSingleThreadScheduledExecutor());
        join(link(stopping, "b"), "ada");
        nowMs += 10_000;
        stopping.close();
        assertThat(ofBoard(HOUR, "b")).isEqualTo(new Activity(0, 1, 10_000, 0));
        // The node that takes the members over counts them in this period.
        assertThat(totals().hours().get(0).activity().most()).isZero();
    }

    @Test
    void dropsBoardsBeyondTheLimitButCountsThemInTheTotals() {
        recorder.begin();
        for (int i = 0; i < 5; i++) {
            join(link("b" + i), "ada");
        }
        pass(70_000);
        assertThat(kept.boards(HOUR).toCompletableFuture().join()).hasSize(3);
        assertThat(totals().hours().get(0).activity().joins()).isEqualTo(5);
        assertThat(metrics.dropped().count()).isEqualTo(2);
    }
}
