package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.HeldLock;
import presence.proto.Join;
import presence.proto.Lock;
import presence.proto.LockResult;
import presence.proto.LockState;
import presence.proto.Locks;
import presence.proto.Profile;
import presence.proto.ServerFrame;
import presence.proto.Unlock;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** Locks over nodes of a cluster, as clients see them, through faults of nodes and of Redis. */
@Tag("redis")
class LocksIT {
    private static final String BOARD = "locked";
    private static final int LONG = 60_000;

    private final RedisServer redis = RedisServer.start();

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "REDIS_URL", redis.url(),
            "PRESENCE_NODE_HEARTBEAT_MS", "500",
            "PRESENCE_NODE_LEASE_MS", "2000",
            "PRESENCE_GRACE_MS", "60000"));

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    private static TestClient enter(TestNode node, String name, @Nullable TestClient former) {
        TestClient client = TestClient.connect(node.ws());
        Join.Builder join = Join.newBuilder()
                .setBoard(BOARD)
                .setProfile(Profile.newBuilder().setName(name))
                .setLocks(true);
        if (former != null) {
            join.setResumeKey(former.roster().getResumeKey());
        }
        client.send(frame -> frame.setJoin(join));
        client.await("all locks", () -> client.frames().stream().anyMatch(ServerFrame::hasLocks));
        return client;
    }

    private static void lock(TestClient client, int id, int ttlMs, boolean waits) {
        client.send(frame -> frame.setId(id)
                .setLock(Lock.newBuilder().setName("shape").setTtlMs(ttlMs).setWait(waits)));
    }

    private static LockResult await(TestClient client, int id, LockState state) {
        client.await(state + " for " + id, () -> result(client, id, state) != null);
        LockResult result = result(client, id, state);
        assertThat(result).isNotNull();
        return result;
    }

    private static @Nullable LockResult result(TestClient client, int id, LockState state) {
        return client.frames().stream()
                .filter(ServerFrame::hasLockResult)
                .map(ServerFrame::getLockResult)
                .filter(result -> result.getInReplyTo() == id && result.getState() == state)
                .findFirst()
                .orElse(null);
    }

    /** Who holds the lock, as the client was told; null = it is free. */
    private static @Nullable ByteString holder(TestClient client) {
        ByteString holder = null;
        for (ServerFrame frame : client.frames()) {
            if (frame.hasLocks()) {
                Locks locks = frame.getLocks();
                holder = locks.getAll() || !locks.getReleasedList().isEmpty() ? null : holder;
                List<HeldLock> held = locks.getHeldList();
                holder = held.isEmpty() ? holder : held.get(0).getHolder();
            }
        }
        return holder;
    }

    private static void awaitHolder(TestClient client, @Nullable TestClient holder) {
        ByteString expected = holder == null ? null : id(holder);
        client.await("holder", () -> Objects.equals(holder(client), expected));
    }

    private static ByteString id(TestClient client) {
        return client.self().getMemberId();
    }

    @Test
    void aResumeOnAnotherNodeKeepsTheLockThoughItsFirstNodeDies() {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings)) {
            TestClient bob = enter(two, "Bob", null);
            TestClient again;
            try (NodeProcess victim = NodeProcess.start(settings)) {
                TestClient ada = enter(victim, "Ada");
                lock(ada, 1, LONG, false);
                LockResult granted = await(ada, 1, LockState.LOCK_STATE_GRANTED);
                awaitHolder(bob, ada);
                lock(bob, 2, LONG, true);
                await(bob, 2, LockState.LOCK_STATE_QUEUED);
                ada.abort();
                again = enter(one, "Ada", ada);
                assertThat(id(again)).isEqualTo(id(ada));
                awaitHolder(again, again);
                lock(again, 3, LONG, false);
                assertThat(await(again, 3, LockState.LOCK_STATE_GRANTED).getFencing())
                        .as("a renewal")
                        .isEqualTo(granted.getFencing());
            }
            bob.await(
                    "the death of a node",
                    () -> one.metric("presence_node_deaths_total") == 1
                            || two.metric("presence_node_deaths_total") == 1);
            lock(bob, 4, LONG, true);
            await(bob, 4, LockState.LOCK_STATE_QUEUED);
            assertThat(result(bob, 2, LockState.LOCK_STATE_GRANTED)).isNull();
            again.closeNormally();
            await(bob, 4, LockState.LOCK_STATE_GRANTED);
        }
    }

    private static TestClient enter(NodeProcess node, String name) {
        TestClient client = TestClient.connect(node.ws());
        client.send(frame -> frame.setJoin(Join.newBuilder()
                .setBoard(BOARD)
                .setProfile(Profile.newBuilder().setName(name))
                .setLocks(true)));
        client.await("all locks", () -> client.frames().stream().anyMatch(ServerFrame::hasLocks));
        return client;
    }

    @Test
    void theLockOfAKilledNodesMemberGoesToTheNext() {
        try (TestNode one = TestNode.start(settings);
                NodeProcess victim = NodeProcess.start(settings)) {
            TestClient ada = enter(victim, "Ada");
            TestClient bob = enter(one, "Bob", null);
            lock(ada, 1, LONG, false);
            LockResult granted = await(ada, 1, LockState.LOCK_STATE_GRANTED);
            lock(bob, 2, LONG, true);
            await(bob, 2, LockState.LOCK_STATE_QUEUED);
            long killed = System.nanoTime();
            victim.close();
            LockResult next = await(bob, 2, LockState.LOCK_STATE_GRANTED);
            System.out.println("[locks] granted " + (System.nanoTime() - killed) / 1_000_000
                    + " ms after kill -9 of the holder's node, lease 2000 ms");
            assertThat(next.getFencing()).isGreaterThan(granted.getFencing());
        }
    }

    @Test
    void withoutRedisNothingIsGrantedAndWhatIsHeldLastsUntilItsTime() {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings)) {
            TestClient ada = enter(one, "Ada", null);
            TestClient bob = enter(two, "Bob", null);
            lock(ada, 1, 2_000, false);
            await(ada, 1, LockState.LOCK_STATE_GRANTED);
            awaitHolder(bob, ada);
            redis.kill();
            lock(bob, 2, LONG, false);
            bob.await(
                    "the refusal",
                    () -> bob.errors().stream()
                            .anyMatch(error ->
                                    error.getInReplyTo() == 2 && error.getCode().equals("unavailable")));
            assertThat(two.metric("presence_lock_requests_total")).isPositive();
            awaitHolder(bob, null);
            awaitHolder(ada, null);
            redis.startAgain();
            int id = 10;
            while (result(bob, id, LockState.LOCK_STATE_GRANTED) == null) {
                int next = ++id;
                assertThat(next).as("requests until Redis is back").isLessThan(100_000);
                lock(bob, next, LONG, false);
                bob.await(
                        "an answer to " + next,
                        () -> bob.errors().stream().anyMatch(error -> error.getInReplyTo() == next)
                                || bob.frames().stream()
                                        .anyMatch(frame -> frame.hasLockResult()
                                                && frame.getLockResult().getInReplyTo() == next));
            }
            awaitHolder(ada, bob);
        }
    }

    @Test
    void aRedisThatLosesItsDataLosesNoLock() throws IOException {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings)) {
            TestClient ada = enter(one, "Ada", null);
            TestClient bob = enter(two, "Bob", null);
            TestClient cid = enter(one, "Cid", null);
            lock(ada, 1, LONG, false);
            LockResult granted = await(ada, 1, LockState.LOCK_STATE_GRANTED);
            awaitHolder(bob, ada);
            lock(cid, 2, LONG, true);
            await(cid, 2, LockState.LOCK_STATE_QUEUED);
            Resp.require(redis.port(), "FLUSHALL");
            lock(bob, 3, LONG, false);
            assertThat(await(bob, 3, LockState.LOCK_STATE_DENIED).getHolder()).isEqualTo(id(ada));
            lock(ada, 4, LONG, false);
            assertThat(await(ada, 4, LockState.LOCK_STATE_GRANTED).getFencing()).isEqualTo(granted.getFencing());
            lock(bob, 5, LONG, true);
            await(bob, 5, LockState.LOCK_STATE_QUEUED);
            ada.send(frame -> frame.setUnlock(Unlock.newBuilder().setName("shape")));
            bob.await(
                    "one of those who wait has it",
                    () -> result(bob, 5, LockState.LOCK_STATE_GRANTED) != null
                            || result(cid, 2, LockState.LOCK_STATE_GRANTED) != null);
            boolean bobFirst = result(bob, 5, LockState.LOCK_STATE_GRANTED) != null;
            (bobFirst ? bob : cid)
                    .send(frame -> frame.setUnlock(Unlock.newBuilder().setName("shape")));
            await(bobFirst ? cid : bob, bobFirst ? 2 : 5, LockState.LOCK_STATE_GRANTED);
        }
    }
}
