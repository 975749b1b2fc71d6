package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.model.BoardId;
import presence.model.LocatedSession;
import presence.model.MemberId;
import presence.model.Status;
import presence.model.UserEntry;
import presence.model.UserSession;
import presence.testing.random.Seeded;

/** Contract of every {@link ClusterDirectory}. */
abstract class ClusterDirectoryContract {
    private final List<ClusterBus> buses = new ArrayList<>();

    /** Makes a bus of another node, in one cluster with all others made by the same test. */
    abstract ClusterBus newBus();

    /** One node's directory with users set by the test. */
    final class Node {
        final ClusterBus bus = newBus();
        final ClusterDirectory directory = bus.directory();
        private final Map<String, UserEntry> users = new ConcurrentHashMap<>();
        /** One per gap that listeners of this node were told of. */
        final Queue<String> gaps = new ConcurrentLinkedQueue<>();

        Node() {
            buses.add(bus);
            directory.represent(users::values);
        }

        UserSession enter(String user, String board) {
            UserSession session = new UserSession(MemberId.random(), new BoardId(board), Status.BUSY, "phone");
            publish(new UserEntry(user, List.of(session), true));
            return session;
        }

        void leave(String user) {
            publish(new UserEntry(user, List.of(), false));
        }

        void publish(UserEntry entry) {
            if (entry.online()) {
                users.put(entry.userId(), entry);
            } else {
                users.remove(entry.userId());
            }
            directory.publish(List.of(entry));
        }

        /** Records the user events that this node receives from now on. */
        Queue<String> listen() {
            Queue<String> received = new ConcurrentLinkedQueue<>();
            directory.listen(new ClusterDirectory.UserListener() {
                @Override
                public void onUser(String user, boolean online) {
                    received.add(user + (online ? " on" : " off"));
                }

                @Override
                public void onGap() {
                    gaps.add("gap");
                }
            });
            await().until(() -> !gaps.isEmpty());
            return received;
        }
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }

    @AfterEach
    void stop() {
        buses.forEach(ClusterBus::close);
    }

    @Test
    void everyNodeFindsAUserWhereverItIs() {
        Node one = new Node();
        Node two = new Node();
        UserSession here = one.enter("ada", "b1");
        UserSession there = two.enter("ada", "b2");
        two.enter("bob", "b2");
        await().untilAsserted(() -> {
            assertThat(get(one.directory.sessions("ada")))
                    .containsExactlyInAnyOrder(
                            new LocatedSession(one.bus.node(), here), new LocatedSession(two.bus.node(), there));
            assertThat(get(one.directory.online(List.of("ada", "bob", "cleo")))).isEqualTo(Set.of("ada", "bob"));
            assertThat(get(two.directory.usersOnline())).isEqualTo(2);
        });
        assertThat(get(one.directory.sessions("cleo"))).isEmpty();
        assertThat(get(one.directory.online(List.of()))).isEmpty();
    }

    @Test
    void theFirstAndTheLastSessionOfAUserAreAnnouncedOnceOnEveryNode() {
        Node one = new Node();
        Node two = new Node();
        Queue<String> atOne = one.listen();
        Queue<String> atTwo = two.listen();
        one.enter("ada", "b");
        await().untilAsserted(() -> assertThat(atTwo).containsExactly("ada on"));
        two.enter("ada", "b");
        await().until(() -> get(one.directory.sessions("ada")).size() == 2);
        one.leave("ada");
        await().until(() -> get(one.directory.sessions("ada")).size() == 1);
        two.leave("ada");
        await().untilAsserted(() -> {
            assertThat(atOne).containsExactly("ada on", "ada off");
            assertThat(atTwo).containsExactly("ada on", "ada off");
        });
    }

    @Test
    void usersOfManyNodesThatStartAndStopAtOnceAreAnnouncedOnAndOffInTurn() {
        List<Node> nodes = List.of(new Node(), new Node(), new Node());
        Queue<String> received = nodes.get(0).listen();
        List<Thread> threads = new ArrayList<>();
        for (Node node : nodes) {
            threads.add(new Thread(() -> {
                for (int round = 0; round < 12; round++) {
                    String user = "user-" + round % 3;
                    UserSession session = node.enter(user, "b");
                    LocatedSession written = new LocatedSession(node.bus.node(), session);
                    await().until(() -> get(node.directory.sessions(user)).contains(written));
                    node.leave(user);
                }
            }));
        }
        threads.forEach(Thread::start);
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> threads.stream().noneMatch(Thread::isAlive)
                        && get(nodes.get(0).directory.usersOnline()) == 0);
        for (int user = 0; user < 3; user++) {
            String on = "user-" + user + " on";
            String off = "user-" + user + " off";
            await().untilAsserted(() -> assertThat(only(received, on, off)).endsWith(off));
            List<String> events = only(received, on, off);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i)).isEqualTo(i % 2 == 0 ? on : off);
            }
        }
    }

    private static List<String> only(Collection<String> received, String... some) {
        return received.stream().filter(List.of(some)::contains).toList();
    }

    @Test
    void whenANodeStopsItsUsersAreOfflineAndTheOthersStay() {
        Node one = new Node();
        Node two = new Node();
        Queue<String> received = one.listen();
        one.enter("ada", "b");
        two.enter("ada", "b");
        two.enter("bob", "b");
        await().until(() -> get(one.directory.usersOnline()) == 2);
        two.bus.close();
        await().untilAsserted(() -> assertThat(received).contains("bob off").doesNotContain("ada off"));
        assertThat(get(one.directory.online(List.of("ada", "bob")))).isEqualTo(Set.of("ada"));
    }

    @Test
    void sessionsOfAUserThatComeChangeAndGoAreFoundAsTheyAreInTheEnd() {
        Node one = new Node();
        Node two = new Node();
        Seeded.check(8, random -> {
            Map<MemberId, UserSession> sessions = new LinkedHashMap<>();
            for (int round = 0; round < 40; round++) {
                for (int change = random.nextInt(3); change >= 0; change--) {
                    changeOne(sessions, random);
                }
                one.publish(new UserEntry("ada", List.copyOf(sessions.values()), true));
            }
            await().untilAsserted(() -> assertThat(get(two.directory.sessions("ada")))
                    .extracting(LocatedSession::session)
                    .containsExactlyInAnyOrderElementsOf(sessions.values()));
        });
    }

    /** Adds, changes or removes a session. */
    private static void changeOne(Map<MemberId, UserSession> sessions, Random random) {
        List<MemberId> present = List.copyOf(sessions.keySet());
        boolean joins = present.size() < 40 && random.nextInt(3) > 0 || present.isEmpty();
        MemberId member = joins ? MemberId.random() : present.get(random.nextInt(present.size()));
        if (random.nextInt(4) == 0) {
            sessions.remove(member);
        } else {
            Status status = random.nextBoolean() ? Status.BUSY : Status.ACTIVE;
            BoardId board = new BoardId("b-" + random.nextInt(3));
            sessions.put(member, new UserSession(member, board, status, "a/\\\"é\u2028"));
        }
    }
}
