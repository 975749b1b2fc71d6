package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;
import presence.wire.WireLimits;

/** Reactions are summed up by type over all nodes. */
class ReactionFeedTest {
    private static final int STEP_MS = 10;
    private static final int SECOND_MS = 1_000;

    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node one = cluster.newNode();
    private final FakeCluster.Node two = cluster.newNode();

    private static Map<String, Integer> sum(FakeClient client) {
        Map<String, Integer> sum = new HashMap<>();
        client.reactions.forEach(sums -> sums.forEach((type, count) -> sum.merge(type, count, Integer::sum)));
        return sum;
    }

    @Test
    void sumsOfAllNodesComeTwiceASecondAtMost() {
        FakeClient watching = one.enterReacting();
        FakeClient there = two.enterReacting();
        FakeClient member = two.join("Ada");
        FakeClient observer = one.observe();
        cluster.settle();
        List<Integer> framesPerSecond = new ArrayList<>();
        for (int second = 0; second < 5; second++) {
            int before = watching.reactions.size();
            for (int ms = 0; ms < SECOND_MS; ms += STEP_MS) {
                member.seat.react("heart");
                observer.seat.react(ms % 50 == 0 ? "wave" : "heart");
                cluster.pass(STEP_MS);
            }
            framesPerSecond.add(watching.reactions.size() - before);
        }
        cluster.pass(2 * SECOND_MS);
        assertThat(framesPerSecond).allMatch(frames -> frames <= 3);
        assertThat(framesPerSecond.stream().mapToInt(Integer::intValue).sum()).isBetween(9, 11);
        assertThat(sum(watching)).isEqualTo(sum(there)).isEqualTo(Map.of("heart", 5 * 180, "wave", 5 * 20));
        assertThat(member.reactions).as("of a client that did not ask").isEmpty();
        assertThat(observer.reactions).as("of a client that did not ask").isEmpty();
    }

    @Test
    void theFirstOneComesAtOnce() {
        FakeClient watching = one.enterReacting();
        cluster.pass(SECOND_MS);
        watching.seat.react("heart");
        cluster.pass(STEP_MS);
        assertThat(watching.reactions).containsExactly(Map.of("heart", 1));
    }

    @Test
    void ofManyTypesTheMostFrequentAreTold() {
        FakeClient watching = one.enterReacting();
        cluster.pass(SECOND_MS);
        watching.seat.react("first");
        cluster.pass(STEP_MS);
        int types = WireLimits.MAX_REACTION_TYPES + 4;
        for (int type = 0; type < types; type++) {
            for (int times = 0; times <= type; times++) {
                watching.seat.react("t" + type);
            }
        }
        cluster.pass(SECOND_MS);
        Map<String, Integer> sums = watching.reactions.get(1);
        assertThat(sums).hasSize(WireLimits.MAX_REACTION_TYPES).doesNotContainKeys("t0", "t1", "t2", "t3");
        assertThat(sums.keySet()).first().isEqualTo("t" + (types - 1));
        // By this node for its clients and for the others.
        assertThat(one.metrics.reactionsDropped.count()).isEqualTo(2 * (1 + 2 + 3 + 4));
        assertThat(one.metrics.reactions.count()).isEqualTo(1 + types * (types + 1) / 2.0);
    }

    @Test
    void floodsOfTypesTakeNoMemory() {
        FakeClient watching = one.enterReacting();
        cluster.pass(SECOND_MS);
        for (int type = 0; type < 1_000; type++) {
            watching.seat.react("t" + type);
            watching.seat.react("late");
        }
        cluster.pass(SECOND_MS);
        assertThat(sum(watching)).hasSize(WireLimits.MAX_REACTION_TYPES).containsEntry("late", 1_000);
        assertThat(one.metrics.reactionsDropped.count()).isEqualTo(2 * (1_001 - WireLimits.MAX_REACTION_TYPES));
        watching.reactions.clear();
        for (int type = 0; type < ReactionFeed.MOST_SUMMED; type++) {
            watching.seat.react("t" + type);
        }
        for (int times = 0; times < 100; times++) {
            watching.seat.react("beyond the bound");
        }
        cluster.pass(SECOND_MS);
        assertThat(sum(watching)).hasSize(WireLimits.MAX_REACTION_TYPES).doesNotContainKey("beyond the bound");
    }

    @Test
    void aClientThatLeftIsToldNothing() {
        FakeClient watching = one.enterReacting();
        FakeClient member = one.join("Ada");
        cluster.pass(SECOND_MS);
        watching.leave();
        member.seat.react("heart");
        cluster.pass(SECOND_MS);
        assertThat(watching.reactions).isEmpty();
    }

    @Test
    void nothingIsLostOrCountedTwice() {
        Seeded.check(50, random -> {
            FakeCluster cluster = new FakeCluster(random);
            List<FakeClient> clients = new ArrayList<>();
            List<FakeClient> watching = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                FakeCluster.Node at = cluster.newNode();
                watching.add(at.enterReacting());
                clients.add(at.join("m" + node));
            }
            cluster.pass(SECOND_MS);
            Map<String, Integer> sent = new HashMap<>();
            for (int steps = 0; steps < 200; steps++) {
                if (random.nextInt(3) > 0) {
                    String type = "t" + random.nextInt(5);
                    clients.get(random.nextInt(clients.size())).seat.react(type);
                    sent.merge(type, 1, Integer::sum);
                } else {
                    cluster.pass(STEP_MS * (1 + random.nextInt(30)));
                }
            }
            cluster.pass(3 * SECOND_MS);
            watching.forEach(client -> assertThat(sum(client)).isEqualTo(sent));
        });
    }
}
