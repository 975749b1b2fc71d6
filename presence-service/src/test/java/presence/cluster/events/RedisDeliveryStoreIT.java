package presence.cluster.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;
import presence.webhook.DeadLetter;
import presence.webhook.Progress;

/** One node at a time delivers to a URL, and another goes on where it was. */
@WithRedis
class RedisDeliveryStoreIT {
    private static final String URL = "url";
    private static final Progress TRIED = new Progress("1-0", "2-0", 3, 5, "HTTP 500");

    private final RedisConnections redis;
    private final RedisDeliveryStore one;
    private final RedisDeliveryStore two;

    RedisDeliveryStoreIT(TestRedis server) throws Exception {
        redis = new RedisConnections(
                ServiceConfig.from(Map.of("REDIS_URL", server.url())).redis(),
                new ServiceMetrics(new SimpleMeterRegistry()),
                null);
        redis.connect(Duration.ofSeconds(10), () -> new RedisPubSubAdapter<>());
        RedisKeys keys = redis.keys("deliveries-" + UUID.randomUUID());
        one = new RedisDeliveryStore(redis, keys, NodeId.random(), 60_000, 2);
        two = new RedisDeliveryStore(redis, keys, NodeId.random(), 60_000, 2);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private static <T> T of(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void hasOneNodeAtATime() {
        assertThat(of(one.claim(URL, "1-0", 60_000))).isEqualTo(Progress.after("1-0"));
        assertThat(of(two.claim(URL, "9-0", 60_000))).isNull();
        assertThat(of(two.save(URL, Progress.after("9-0")))).isFalse();
        assertThat(of(one.save(URL, TRIED))).isTrue();
        assertThat(of(one.claim(URL, "9-0", 60_000))).isEqualTo(TRIED);
        of(two.release(URL));
        assertThat(of(two.claim(URL, "9-0", 60_000))).isNull();
        of(one.release(URL));
        assertThat(of(two.claim(URL, "9-0", 60_000))).isEqualTo(TRIED);
        assertThat(of(one.save(URL, Progress.after("9-0")))).isFalse();
    }

    @Test
    void passesALeaseOnThatWasNotRenewed() {
        of(one.claim(URL, "1-0", 50));
        of(one.save(URL, TRIED));
        await().untilAsserted(
                        () -> assertThat(of(two.claim(URL, "9-0", 60_000))).isEqualTo(TRIED));
        assertThat(of(one.claim(URL, "9-0", 60_000))).isNull();
    }

    @Test
    void keepsDeadLetters() {
        DeadLetter letter = letter(1);
        assertThat(of(one.addDead(letter))).isFalse();
        assertThat(of(one.addDead(letter))).isFalse();
        assertThat(of(two.dead())).containsExactly(letter.withBody(""));
        assertThat(of(two.dead(letter.id()))).isEqualTo(letter);
        of(two.removeDead(letter.id()));
        assertThat(of(one.dead())).isEmpty();
        assertThat(of(one.dead(letter.id()))).isNull();
    }

    @Test
    void dropsTheOldestOfTooManyDeadLetters() {
        of(one.addDead(letter(2)));
        of(one.addDead(letter(1)));
        assertThat(of(one.addDead(letter(3)))).isTrue();
        assertThat(of(one.dead()))
                .extracting(DeadLetter::id)
                .containsExactlyInAnyOrder(letter(2).id(), letter(3).id());
        assertThat(of(one.dead(letter(1).id()))).isNull();
    }

    private static DeadLetter letter(int number) {
        return new DeadLetter("evt_179522180624" + number + "-0", URL, 2, 3, 4, "HTTP 500", "{}");
    }
}
