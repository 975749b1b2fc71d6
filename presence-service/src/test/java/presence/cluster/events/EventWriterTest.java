package presence.cluster.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import presence.cluster.redis.ThrottledLog;
import presence.events.Change;
import presence.events.Changes;
import presence.events.EventMetrics;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;

class EventWriterTest {
    private record Sent(Origin owner, long first, List<String> changes, CompletableFuture<Long> answer) {
        void done() {
            answer.complete(first + changes.size() - 1);
        }

        @Override
        public String toString() {
            return first + ":" + changes;
        }
    }

    private final List<Sent> sent = new ArrayList<>();
    private final List<Origin> reaped = new ArrayList<>();
    private final Origin owner = new Origin(NodeId.random(), 0);
    private final EmbeddedChannel timers = new EmbeddedChannel();
    private boolean connected = true;
    private final EventMetrics metrics = EventMetrics.in(new ServiceMetrics(new SimpleMeterRegistry()));
    private final EventWriter writer = new EventWriter(
            new EventWriter.Log() {
                @Override
                public CompletionStage<Long> write(Origin owner, long first, List<Change> changes) {
                    List<String> texts = changes.stream()
                            .map(change -> change.type().code() + " " + change.member())
                            .toList();
                    Sent batch = new Sent(owner, first, texts, new CompletableFuture<>());
                    sent.add(batch);
                    return batch.answer();
                }

                @Override
                public CompletionStage<?> reap(Origin owner) {
                    reaped.add(owner);
                    return CompletableFuture.completedStage(null);
                }
            },
            owner,
            () -> connected,
            timers.eventLoop(),
            10,
            metrics,
            new ThrottledLog(LoggerFactory.getLogger(EventWriterTest.class)));

    private void append(Change... changes) {
        Stream.of(changes).forEach(writer::append);
    }

    private Sent take() {
        assertThat(sent).isNotEmpty();
        return sent.remove(0);
    }

    private void passRetry() {
        timers.advanceTimeBy(1, TimeUnit.SECONDS);
        timers.runScheduledPendingTasks();
    }

    @Test
    void numbersChangesAndDoesNotWaitForAnswers() {
        append(Changes.put("ada"), Changes.put("bob"));
        assertThat(sent).hasToString("[1:[P ada], 2:[P bob]]");
        assertThat(writer.settled()).isNull();
        take().done();
        take().done();
        assertThat(writer.settled()).containsOnlyKeys("ada b", "bob b");
    }

    @Test
    void sendsTheSameNumbersAgainAfterAFailure() {
        append(Changes.put("ada"), Changes.leave("ada"), Changes.put("bob"));
        take().done();
        take().answer().completeExceptionally(new IllegalStateException("timed out"));
        // It came after one that was not applied.
        take().answer().complete(-10L - 1);
        assertThat(sent).isEmpty();
        passRetry();
        assertThat(sent).hasToString("[2:[L ada, P bob]]");
        take().done();
        assertThat(writer.settled()).containsOnlyKeys("bob b");
    }

    @Test
    void countsABatchWithoutAnAnswerAsAppliedIfALaterOneWas() {
        append(Changes.put("ada"), Changes.put("bob"));
        take().answer().completeExceptionally(new IllegalStateException("timed out"));
        take().done();
        passRetry();
        assertThat(sent).isEmpty();
        assertThat(writer.settled()).containsOnlyKeys("ada b", "bob b");
    }

    @Test
    void restoresWhatALostLogHadWithoutEventsAndSendsWhatItLacksWithThem() {
        append(Changes.put("ada"), Changes.put("bob"));
        take().done();
        take().done();
        append(Changes.leave("ada"), Changes.put("cleo"));
        take().answer().complete(-1L);
        take().answer().complete(-1L);
        assertThat(sent).hasToString("[1:[R ada, R bob, L ada, P cleo]]");
        take().done();
        assertThat(writer.settled()).containsOnlyKeys("bob b", "cleo b");
    }

    @Test
    void reportsAgainWhatALogThatWasSetBackLacks() {
        append(Changes.put("ada"));
        take().done();
        append(Changes.put("bob"));
        take().done();
        append(Changes.signal("bob"));
        take().answer().complete(-10L - 1);
        assertThat(sent).hasToString("[2:[P ada, P bob, E bob]]");
    }

    @Test
    void waitsForANewIncarnationOnceItIsDeclaredDead() {
        append(Changes.put("ada"));
        take().done();
        append(Changes.put("bob"));
        take().answer().complete(-2L);
        append(Changes.leave("ada"));
        passRetry();
        assertThat(sent).isEmpty();
        Origin next = new Origin(owner.node(), 1);
        writer.reincarnate(next);
        assertThat(sent).hasToString("[1:[P ada, P bob, L ada]]");
        assertThat(reaped).isEmpty();
        Sent whole = take();
        assertThat(whole.owner()).isEqualTo(next);
        whole.done();
        assertThat(reaped).containsExactly(owner);
        assertThat(writer.settled()).containsOnlyKeys("bob b");
    }

    @Test
    void ignoresAnswersToAnEarlierIncarnation() {
        append(Changes.put("ada"));
        Sent late = take();
        writer.reincarnate(new Origin(owner.node(), 1));
        late.done();
        assertThat(writer.settled()).isNull();
        assertThat(sent).hasToString("[1:[P ada]]");
    }

    @Test
    void keepsWhoIsThereWhenTooMuchWaits() {
        append(Changes.put("ada"), Changes.put("bob"));
        take().done();
        take().done();
        connected = false;
        append(Changes.leave("ada"), Changes.put("cleo"));
        for (int i = 0; i < 9; i++) {
            append(Changes.signal("bob"));
        }
        connected = true;
        writer.onConnected();
        assertThat(sent).hasToString("[3:[L ada, P cleo]]");
        assertThat(metrics.dropped().count()).isEqualTo(9);
    }

    @Test
    void repairsOnlyWhatIsStillSo() {
        append(Changes.put("ada"));
        take().done();
        writer.repair(Set.of("ada b", "gone b"), List.of(Changes.leave("ada"), Changes.leave("ghost")));
        assertThat(sent).hasToString("[2:[P ada, L ghost]]");
    }

    @Test
    void letsAMemberThatWasTakenOverGo() {
        append(Changes.put("ada"), Changes.forget("ada"));
        take().done();
        take().done();
        assertThat(writer.settled()).isEmpty();
    }
}
