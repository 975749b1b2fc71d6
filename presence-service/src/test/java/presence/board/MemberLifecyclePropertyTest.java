package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.model.Profile;
import presence.model.Status;
import presence.testing.random.Seeded;
import presence.wire.ClientEvent;

/** Random actions of users and networks on three nodes: all rosters converge and no member flaps. */
@Tag("property")
class MemberLifecyclePropertyTest {
    /** By then every node has received every update. */
    private static final long HEARD_MS = 4 * FakeCluster.ROSTER_TICK_MS;

    private static final class Person {
        final String name;

        @Nullable FakeClient client;

        byte @Nullable [] key;
        /** The key is certainly valid until then; unlimited while no node knows that the connection is lost. */
        long keyUntilMs;

        long changedMs;
        boolean hasty;

        Person(String name) {
            this.name = name;
        }
    }

    private final class Round {
        final Random random;
        final FakeCluster cluster;
        final List<FakeClient> watchers = new ArrayList<>();
        final List<Person> people = new ArrayList<>();
        /** Dead connections that no node has noticed yet. */
        final List<FakeClient> halfOpen = new ArrayList<>();

        Round(Random random) {
            this.random = random;
            cluster = new FakeCluster(random);
            for (int i = 0; i < 3; i++) {
                watchers.add(cluster.newNode().observe());
            }
            for (int i = 0; i < 5; i++) {
                people.add(new Person("p" + i));
            }
            cluster.settle();
        }

        void step() {
            Person person = people.get(random.nextInt(people.size()));
            FakeClient client = person.client;
            if (client == null) {
                come(person);
            } else if (client.lost != null) {
                assertThat(person.hasty)
                        .as(person.name + " lost its seat without a competing connection")
                        .isTrue();
                forget(person);
            } else {
                act(person, client);
            }
            if (!halfOpen.isEmpty() && random.nextInt(4) == 0) {
                halfOpen.remove(random.nextInt(halfOpen.size())).seat.lose();
            }
            if (random.nextInt(3) > 0) {
                cluster.pass(10L * random.nextInt(30));
            } else {
                cluster.nodes.get(random.nextInt(3)).work();
            }
        }

        private void come(Person person) {
            byte[] key = person.key;
            if (key != null && cluster.nowMs > person.keyUntilMs - 2 * HEARD_MS) {
                forget(person);
                key = null;
            }
            FakeCluster.Node node = cluster.nodes.get(random.nextInt(3));
            Profile profile = new Profile("", person.name, "", "", "");
            person.client = node.enter(profile, Status.ACTIVE, Map.of(), key == null ? new byte[0] : key, false);
            changed(person);
        }

        private void act(Person person, FakeClient client) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    client.leave();
                    forget(person);
                }
                case 1, 2 -> {
                    client.seat.lose();
                    leaveBehind(person, client, cluster.nowMs + FakeCluster.GRACE_MS);
                }
                case 3 -> {
                    halfOpen.add(client);
                    leaveBehind(person, client, cluster.nowMs + FakeCluster.GRACE_MS);
                }
                case 4 -> client.move(random.nextInt(100), random.nextInt(100), cluster.nowMs);
                default ->
                    client.seat.patch(new ClientEvent.StatePatch(
                            1, 0, Map.of("n", new byte[] {(byte) random.nextInt()}), List.of(), null, null));
            }
        }

        private void leaveBehind(Person person, FakeClient client, long keyUntilMs) {
            person.client = null;
            if (client.hasRoster()) {
                person.key = client.key();
                person.keyUntilMs = keyUntilMs;
            }
        }

        /** Two changes of connection within one propagation: equal claims, one of which may lose. */
        private void changed(Person person) {
            person.hasty = cluster.nowMs - person.changedMs < HEARD_MS;
            person.changedMs = cluster.nowMs;
        }

        private void forget(Person person) {
            person.client = null;
            person.key = null;
        }

        void end() {
            cluster.settle();
            halfOpen.forEach(client -> client.seat.lose());
            cluster.pass(2 * FakeCluster.GRACE_MS);
            TreeSet<String> there = new TreeSet<>();
            for (Person person : people) {
                FakeClient client = person.client;
                if (client != null && client.lost == null) {
                    there.add(FakeClient.id(client.me()));
                }
            }
            for (FakeClient watcher : watchers) {
                assertThat(new TreeSet<>(watcher.ids())).isEqualTo(there);
                assertThat(watcher.complaints).isEmpty();
            }
            int local = 0;
            for (FakeCluster.Node node : cluster.nodes) {
                local += node.metrics.localMembers.get();
            }
            assertThat(local).as("no node owns another member").isEqualTo(there.size());
            for (Person person : people) {
                FakeClient client = person.client;
                if (client != null && client.lost == null) {
                    client.move(500, there.size(), cluster.nowMs);
                    cluster.settle();
                    assertThat(watchers)
                            .allMatch(watcher -> watcher.cursorOf(person.name).equals("500," + there.size()));
                    client.leave();
                }
            }
            watchers.forEach(FakeClient::leave);
            cluster.pass(1_000);
            assertThat(cluster.nodes).allMatch(node -> node.metrics.boards.get() == 0);
        }
    }

    @Test
    void allRostersConvergeAndNoMemberFlaps() {
        Seeded.check(150, random -> {
            Round round = new Round(random);
            for (int step = 0; step < 60; step++) {
                round.step();
            }
            round.end();
        });
    }
}
