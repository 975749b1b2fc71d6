package presence.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.events.Changes;
import presence.events.MemoryEventStore;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;

class DeliveryTest {
    private record Sent(String id, String body, CompletableFuture<Reply> reply) {
        void answer(int status) {
            answer(status, "");
        }

        void answer(int status, String retryAfter) {
            reply.complete(new Reply(status, retryAfter));
        }

        int events() {
            return JsonParser.parseString(body)
                    .getAsJsonObject()
                    .getAsJsonObject("data")
                    .getAsJsonArray("events")
                    .size();
        }
    }

    private long nowMs = 1_000_000;
    private final EmbeddedChannel timers = new EmbeddedChannel();
    private final MemoryEventStore log =
            new MemoryEventStore(NodeId.random(), Set.of("signal", "member.joined"), 10, 100_000_000, () -> nowMs);
    private final MemoryDeliveryStore store = new MemoryDeliveryStore(1);
    private final List<Sent> sent = new ArrayList<>();
    private final Delivery delivery = delivery();
    private final WebhookMetrics metrics =
            WebhookMetrics.in(new ServiceMetrics(new SimpleMeterRegistry()), List.of(delivery));

    private Delivery delivery() {
        return new Delivery(
                Target.of(URI.create("https://example.org/hook")),
                new Delivery.Plan(Set.of("signal"), 3, 1_000, 1_000, 30_000, 60_000),
                log,
                store,
                (target, id, body) -> {
                    Sent request = new Sent(id, body, new CompletableFuture<>());
                    sent.add(request);
                    return request.reply();
                },
                timers.eventLoop(),
                () -> nowMs,
                new Random(1));
    }

    private void signals(int count) {
        for (int i = 0; i < count; i++) {
            log.append(Changes.signal("ada"));
        }
    }

    private void pass(long ms) {
        for (long passed = 0; passed < ms; passed += 100) {
            nowMs += 100;
            timers.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            timers.runScheduledPendingTasks();
            timers.runPendingTasks();
        }
    }

    private Sent take() {
        assertThat(sent).isNotEmpty();
        return sent.remove(0);
    }

    @Test
    void beginsWithTheNextEventAndGathersThem() {
        signals(1);
        delivery.begin(metrics);
        pass(2_000);
        assertThat(sent).isEmpty();
        signals(1);
        log.append(Changes.put("ada"));
        pass(500);
        assertThat(sent).isEmpty();
        signals(1);
        pass(3_000);
        assertThat(take().events()).isEqualTo(2);
        assertThat(delivery.lagSeconds()).isPositive();
    }

    @Test
    void sendsFullRequestsAtOnceAndOneAfterTheOther() {
        delivery.begin(metrics);
        pass(100);
        signals(7);
        pass(600);
        Sent first = take();
        assertThat(first.events()).isEqualTo(3);
        assertThat(sent).isEmpty();
        first.answer(204);
        pass(100);
        take().answer(200);
        pass(2_000);
        Sent rest = take();
        assertThat(rest.events()).isEqualTo(1);
        rest.answer(200);
        pass(600);
        assertThat(metrics.delivered().count()).isEqualTo(7);
        assertThat(delivery.lagSeconds()).isZero();
    }

    @Test
    void repeatsTheSameRequestWithGrowingPauses() {
        delivery.begin(metrics);
        pass(100);
        signals(1);
        pass(2_000);
        Sent first = take();
        signals(1);
        List<Long> pauses = new ArrayList<>();
        Sent last = first;
        for (int attempt = 0; attempt < 4; attempt++) {
            last.answer(attempt == 1 ? 302 : 500);
            long since = nowMs;
            while (sent.isEmpty()) {
                pass(100);
            }
            pauses.add(nowMs - since);
            last = take();
            assertThat(last.id()).isEqualTo(first.id());
            assertThat(last.body()).isEqualTo(first.body());
            assertThat(delivery.isFailing()).isTrue();
        }
        assertThat(pauses.get(0)).isBetween(800L, 1_400L);
        assertThat(pauses.get(3)).isBetween(6_400L, 10_800L);
        last.answer(200);
        pass(1_500);
        assertThat(take().id()).isNotEqualTo(first.id());
        assertThat(metrics.failures().count()).isEqualTo(4);
    }

    @Test
    void waitsAsLongAsTheReceiverAsks() {
        delivery.begin(metrics);
        pass(100);
        signals(1);
        pass(2_000);
        Sent first = take();
        first.answer(429, "30");
        pass(29_000);
        assertThat(sent).isEmpty();
        pass(2_000);
        assertThat(take().id()).isEqualTo(first.id());
    }

    @Test
    void sendsNothingMoreToAUrlThatIsGoneUntilANodeBeginsAnew() {
        delivery.begin(metrics);
        pass(100);
        signals(1);
        pass(2_000);
        Sent first = take();
        signals(2);
        first.answer(410);
        pass(120_000);
        assertThat(sent).isEmpty();
        assertThat(delivery.isGone()).isTrue();
        assertThat(delivery.isDelivering()).isFalse();
        assertThat(delivery.isFailing()).isFalse();
        assertThat(delivery.lagSeconds()).isZero();
        assertThat(metrics.failures().count()).isEqualTo(1);
        assertThat(metrics.dead().count()).isEqualTo(1);
        assertThat(store.dead().toCompletableFuture().join()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo(first.id());
            assertThat(letter.error()).isEqualTo("HTTP 410");
        });

        Delivery anew = delivery();
        anew.begin(metrics);
        pass(100);
        Sent rest = take();
        assertThat(rest.events()).isEqualTo(2);
        rest.answer(200);
        pass(100);
        assertThat(anew.isDelivering()).isTrue();
        assertThat(metrics.delivered().count()).isEqualTo(2);
    }

    @Test
    void givesARequestUpAfterItsTimeAndGoesOn() {
        delivery.begin(metrics);
        pass(100);
        signals(1);
        pass(2_000);
        String id = sent.get(0).id();
        while (store.dead().toCompletableFuture().join().isEmpty()) {
            if (!sent.isEmpty()) {
                take().reply().completeExceptionally(new HttpPost.RefusedException("no one there"));
            }
            pass(1_000);
            assertThat(nowMs).isLessThan(1_200_000);
        }
        DeadLetter letter = store.dead(id).toCompletableFuture().join();
        assertThat(letter.id()).isEqualTo(id);
        assertThat(letter.error()).isEqualTo("no one there");
        assertThat(letter.events()).isEqualTo(1);
        assertThat(DeadLetter.of(letter.json()).orElseThrow().withBody(letter.body()))
                .isEqualTo(letter);
        assertThat(metrics.dead().count()).isEqualTo(1);
        signals(3);
        pass(1_000);
        assertThat(take().events()).isEqualTo(3);
    }

    @Test
    void givesUpWhatIsOldAfterAFewAttempts() {
        delivery.begin(metrics);
        pass(100);
        signals(4);
        pass(600);
        Sent first = take();
        nowMs += 100_000;
        for (int attempt = 1; attempt < 3; attempt++) {
            Sent failed = first;
            failed.answer(500);
            while (sent.isEmpty()) {
                pass(100);
            }
            first = take();
            assertThat(first.id()).isEqualTo(failed.id());
        }
        first.answer(500);
        pass(1_000);
        assertThat(metrics.dead().count()).isEqualTo(3);
        Sent second = take();
        assertThat(second.id()).isNotEqualTo(first.id());
        for (int attempt = 1; attempt < 3; attempt++) {
            second.answer(500);
            while (sent.isEmpty()) {
                pass(100);
            }
            second = take();
        }
        second.answer(500);
        pass(1_000);
        // Only one letter is kept.
        assertThat(metrics.dead().count()).isEqualTo(4);
        assertThat(metrics.dropped().count()).isEqualTo(1);
        assertThat(store.dead().toCompletableFuture().join())
                .extracting(DeadLetter::id)
                .containsExactly(second.id());
    }

    @Test
    void sendsLessAtOnceOfWhatIsLarge() {
        delivery.begin(metrics);
        pass(100);
        for (int i = 0; i < 3; i++) {
            log.append(Changes.signal("ada", "x".repeat(900)));
        }
        pass(600);
        assertThat(take().events()).isEqualTo(1);
    }

    @Test
    void countsWhatTheLogRemovedBeforeItWasTaken() {
        delivery.begin(metrics);
        pass(100);
        signals(3);
        pass(600);
        take().answer(500);
        pass(200);
        assertThat(metrics.lost().count()).isZero();
        signals(12);
        pass(2_000);
        assertThat(metrics.lost().count()).isEqualTo(1);
        assertThat(take().events()).isEqualTo(3);
    }
}
