package presence.cluster.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.activity.Activity;
import presence.activity.ActivityStore;
import presence.activity.Batch;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

/** Nodes add up activity, each batch once. */
@WithRedis
class RedisActivityStoreIT {
    private static final long DAY = 20_000 * Batch.HOURS_PER_DAY;

    private final RedisConnections redis;
    private final RedisActivityStore one;
    private final RedisActivityStore two;

    RedisActivityStoreIT(TestRedis server) throws Exception {
        redis = new RedisConnections(
                ServiceConfig.from(Map.of("REDIS_URL", server.url())).redis(),
                new ServiceMetrics(new SimpleMeterRegistry()),
                null);
        redis.connect(Duration.ofSeconds(10), () -> new RedisPubSubAdapter<>());
        RedisKeys keys = redis.keys("activity-" + UUID.randomUUID());
        one = new RedisActivityStore(redis, keys, NodeId.random(), 2, 2);
        two = new RedisActivityStore(redis, keys, NodeId.random(), 2, 2);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private static <T> T of(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Batch batch(long hour, int members, Map<String, Activity> boards, String... users) {
        Activity sum = boards.values().stream().reduce(Activity.NONE, Activity::plus);
        return new Batch(hour, sum, Map.of(7L, members), boards, List.of(users));
    }

    @Test
    void addsUpWhatNodesCounted() {
        Activity counted = new Activity(5, 2, 3_000_000_000_000L, 1);
        of(one.add(1, batch(DAY + 3, 4, Map.of("b 1", counted), "ada", "bob")));
        of(two.add(1, batch(DAY + 3, 3, Map.of("b 1", new Activity(6, 1, 500, 0)), "bob", "cy")));
        of(two.add(2, batch(DAY + 24, 1, Map.of("b 1", counted), "dan")));
        assertThat(of(one.board("b 1", DAY, DAY + 25)))
                .containsExactly(
                        new ActivityStore.Hour(DAY + 3, new Activity(6, 3, 3_000_000_000_500L, 1)),
                        new ActivityStore.Hour(DAY + 24, counted));
        assertThat(of(one.board("other", DAY, DAY + 25))).isEmpty();
        ActivityStore.Totals totals = of(one.totals(DAY, DAY + 25));
        assertThat(totals.hours())
                .containsExactly(
                        new ActivityStore.TotalHour(DAY + 3, new Activity(7, 3, 3_000_000_000_500L, 1), 3),
                        new ActivityStore.TotalHour(DAY + 24, new Activity(1, 2, 3_000_000_000_000L, 1), 1));
        assertThat(totals.users()).isEqualTo(4);
        // Without the whole day: of the hours.
        assertThat(of(one.totals(DAY + 1, DAY + 5)).users()).isEqualTo(3);
        assertThat(of(one.totals(DAY + 5, DAY + 10))).isEqualTo(new ActivityStore.Totals(List.of(), 0));
        assertThat(of(one.boards(DAY + 24))).isEqualTo(Map.of("b 1", counted));
    }

    @Test
    void appliesABatchOnce() {
        Batch batch = batch(DAY, 1, Map.of("b", new Activity(1, 1, 10, 1)), "ada");
        of(one.add(1, batch));
        of(one.add(1, batch));
        assertThat(of(one.totals(DAY, DAY + 1)).hours().get(0).activity()).isEqualTo(new Activity(1, 1, 10, 1));
        of(one.add(2, batch));
        assertThat(of(one.boards(DAY))).isEqualTo(Map.of("b", new Activity(1, 2, 20, 2)));
    }

    @Test
    void leavesBoardsBeyondTheLimitOut() {
        Activity some = new Activity(1, 1, 10, 1);
        assertThat(of(one.add(1, batch(DAY, 1, Map.of("b1", some, "b2", some)))))
                .isZero();
        assertThat(of(two.add(1, batch(DAY, 1, Map.of("b2", some, "b3", some)))))
                .isEqualTo(1);
        assertThat(of(one.boards(DAY))).containsOnlyKeys("b1", "b2");
        assertThat(of(one.totals(DAY, DAY + 1)).hours().get(0).activity().joins())
                .isEqualTo(4);
    }
}
