package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.board.spi.ClusterDirectory;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.model.UserEntry;

/** Bounds the cost of users that come, go and change: work and bytes are counted, not time. */
class LocalUsersCostTest {
    private static final BoardId BOARD = new BoardId("b");
    private static final long GATHER_MS = 50;

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final List<UserEntry> published = new ArrayList<>();
    private final Map<String, UserEntry> known = new HashMap<>();
    private long nowMs = 1_000_000;
    private final LocalUsers users;

    LocalUsersCostTest() {
        loop.freezeTime();
        ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
        BoardLoop shared = new BoardLoop(
                loop.eventLoop(),
                () -> nowMs,
                UnpooledByteBufAllocator.DEFAULT,
                new TickPolicy(33, 33),
                new HashMap<>(),
                new ClientMemory(metrics, Long.MAX_VALUE, () -> nowMs),
                new Random(1));
        users = new LocalUsers(shared, GATHER_MS, directory());
    }

    /** Records what is published. */
    private ClusterDirectory directory() {
        return (ClusterDirectory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClusterDirectory.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("publish")) {
                        for (Object entry : (Collection<?>) arguments[0]) {
                            published.add((UserEntry) entry);
                            known.put(((UserEntry) entry).userId(), (UserEntry) entry);
                        }
                    }
                    return null;
                });
    }

    private static Member member(String user, int number, Status status) {
        return new Member(
                new MemberId(user.hashCode(), number),
                1,
                new Profile(user, "n", "", "", ""),
                status,
                PresenceState.of(Map.of()),
                1,
                0,
                KeyHash.of(new byte[] {1}));
    }

    private Member come(String user, int number) {
        Member member = member(user, number, Status.ACTIVE);
        users.put(BOARD, null, member);
        return member;
    }

    private void pass(long ms) {
        for (long passed = 0; passed < ms; passed += 10) {
            nowMs += 10;
            loop.advanceTimeBy(10, TimeUnit.MILLISECONDS);
            loop.runPendingTasks();
        }
    }

    private long sessionsPublished() {
        return published.stream().mapToLong(entry -> entry.sessions().size()).sum();
    }

    @Test
    void userIdsThatComeAndGoAreEachInspectedAFewTimesHoweverManyLinger() {
        int churn = 5_000;
        for (int i = 0; i < churn; i++) {
            users.remove(come("user" + i, 0));
            if (i % 10 == 0) {
                pass(10);
            }
        }
        pass(LocalUsers.LINGER_MS + 2 * GATHER_MS);
        assertThat(users.size()).isZero();
        assertThat(known.values()).hasSize(churn).noneMatch(UserEntry::online);
        // Once when its time is over, and once for each timer that finds the next one too early.
        assertThat(users.inspected()).isLessThanOrEqualTo(2 * churn + 2);
    }

    @Test
    void soManyUsersLingerAtMost() {
        for (int i = 0; i < LocalUsers.MAX_LINGERING + 100; i++) {
            users.remove(come("user" + i, 0));
        }
        assertThat(users.size()).isEqualTo(LocalUsers.MAX_LINGERING);
        pass(2 * GATHER_MS);
        assertThat(known.get("user99").online()).isFalse();
        assertThat(known.get("user100").online()).isTrue();
    }

    @Test
    void aThousandChangingSessionsOfAUserArePublishedWithAFewBytes() {
        List<Member> sessions = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            sessions.add(come("ada", i));
        }
        pass(10_000);
        published.clear();
        for (int round = 0; round < 1_000; round++) {
            Member before = sessions.get(round);
            users.put(BOARD, before, member("ada", round, Status.BUSY));
            pass(10);
        }
        long perSecond = 1_000 / LocalUsers.PUBLISH_MS_PER_SESSION;
        assertThat(sessionsPublished()).isLessThanOrEqualTo(11 * perSecond + LocalUsers.MAX_PUBLISHED);
        pass(LocalUsers.MAX_PUBLISHED * LocalUsers.PUBLISH_MS_PER_SESSION + 2 * GATHER_MS);
        assertThat(known.get("ada").sessions())
                .as("the last change is published")
                .hasSize(LocalUsers.MAX_PUBLISHED)
                .allMatch(session -> session.status() == Status.BUSY);
    }

    @Test
    void aUserWithAFewSessionsIsPublishedWithinARosterTick() {
        Member one = come("ada", 1);
        pass(GATHER_MS);
        assertThat(known.get("ada").sessions()).hasSize(1);
        come("ada", 2);
        pass(GATHER_MS);
        assertThat(known.get("ada").sessions()).hasSize(2);
        users.remove(one);
        pass(GATHER_MS);
        assertThat(known.get("ada").sessions()).hasSize(1);
    }

    @Test
    void aUserWhoReturnsBeforeTheDepartureIsPublishedIsOnline() {
        for (int i = 0; i < 200; i++) {
            come("ada", i);
        }
        pass(GATHER_MS);
        for (int i = 0; i < 200; i++) {
            users.remove(member("ada", i, Status.ACTIVE));
        }
        pass(LocalUsers.LINGER_MS);
        come("ada", 1);
        pass(10_000);
        assertThat(known.get("ada").online()).isTrue();
        assertThat(known.get("ada").sessions()).hasSize(1);
    }
}
