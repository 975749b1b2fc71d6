package presence.fault;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import presence.proto.Join;
import presence.proto.Lock;
import presence.proto.LockResult;
import presence.proto.LockState;
import presence.proto.Profile;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.Unlock;
import presence.testing.client.TestClient;

/**
 * A user that locks, renews and unlocks again and again, and comes back to another node when its connection is lost. Runs on
 * a thread of its own.
 */
final class Locker implements Runnable {
    static final String BOARD = "locked";
    private static final int MOST_RENEWALS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final String name;
    private final Cluster cluster;
    private final LockHistory history;
    private final Random random;
    private final int names;
    private final int ttlMs;
    /** A lock that no other user asks for. */
    private final String probe;

    private volatile boolean stopped;
    private volatile int grants;
    private @Nullable TestClient client;
    private @Nullable Place place;
    private int sent;

    Locker(String name, Cluster cluster, LockHistory history, Random random, int names, int ttlMs) {
        this.name = name;
        this.cluster = cluster;
        this.history = history;
        this.random = random;
        this.names = names;
        this.ttlMs = ttlMs;
        this.probe = "probe of " + name;
    }

    /** The locks that it was granted so far. */
    int grants() {
        return grants;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                lockOnce();
            } catch (ConditionTimeoutException | IllegalStateException | java.util.concurrent.CompletionException e) {
                // The node is gone or does not answer: come back elsewhere.
                giveUpConnection();
            }
        }
        giveUpConnection();
    }

    private void giveUpConnection() {
        TestClient lost = client;
        if (lost != null) {
            lost.abort();
        }
        place = null;
    }

    private TestClient connected() {
        TestClient present = client;
        Place at = place;
        if (present != null && at != null && at.isOpen() && present.closeCode() < 0) {
            return present;
        }
        Place next = cluster.anyOpen(random);
        Join.Builder join = Join.newBuilder()
                .setBoard(BOARD)
                .setProfile(Profile.newBuilder().setName(name))
                .setLocks(true);
        if (present != null && hasRoster(present)) {
            join.setResumeKey(present.roster().getResumeKey());
        }
        TestClient fresh = TestClient.connect(next.ws());
        fresh.send(frame -> frame.setJoin(join));
        awaitOn(fresh, () -> hasRoster(fresh));
        client = fresh;
        place = next;
        return fresh;
    }

    private static boolean hasRoster(TestClient of) {
        return of.frames().stream().anyMatch(ServerFrame::hasRoster);
    }

    private static ByteString memberOf(TestClient of) {
        Roster roster = of.roster();
        return roster.getMembersList().stream()
                .filter(member -> member.getSlot() == roster.getYou())
                .findFirst()
                .orElseThrow()
                .getMemberId();
    }

    private static void awaitOn(TestClient on, java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(PATIENCE)
                .until(() -> on.closeCode() >= 0 || condition.call());
        if (on.closeCode() >= 0) {
            throw new IllegalStateException("closed");
        }
    }

    private void lockOnce() {
        TestClient on = connected();
        String lock = "l" + random.nextInt(names);
        LockResult granted = ask(on, lock, true);
        if (granted == null) {
            // Its node cannot reach Redis.
            giveUpConnection();
            return;
        }
        for (int left = random.nextInt(MOST_RENEWALS + 1); left > 0; left--) {
            LockResult renewed = ask(on, lock, false);
            if (renewed == null) {
                // More than the node takes, or Redis is gone: the lock is given back all the same.
                break;
            }
            granted = renewed;
        }
        long fencing = granted.getFencing();
        history.onReleased(lock, memberOf(on), fencing);
        int id = ++sent;
        on.send(frame -> frame.setId(id).setUnlock(Unlock.newBuilder().setName(lock)));
        if (ask(on, probe, false) != null && !isRefused(on, id)) {
            // Answers come in the order of requests: the release was carried out, or refused.
            history.onConfirmedRelease(fencing);
        }
    }

    /** Asks until the request that was sent last is answered by a grant; null if it is refused or denied. */
    private @Nullable LockResult ask(TestClient on, String lock, boolean waits) {
        while (true) {
            int id = ++sent;
            long sentNanos = System.nanoTime();
            on.send(frame -> frame.setId(id)
                    .setLock(Lock.newBuilder().setName(lock).setTtlMs(ttlMs).setWait(waits)));
            awaitOn(on, () -> answer(on, id) != null || isRefused(on, id));
            LockResult first = answer(on, id);
            if (first == null || first.getState() == LockState.LOCK_STATE_DENIED) {
                return null;
            }
            if (first.getState() == LockState.LOCK_STATE_GRANTED) {
                if (!lock.equals(probe)) {
                    grants++;
                    history.onGranted(
                            lock,
                            memberOf(on),
                            first.getFencing(),
                            sentNanos,
                            sentNanos + TimeUnit.MILLISECONDS.toNanos(ttlMs));
                }
                return first;
            }
            // When its turn came is not known: ask again then.
            awaitOn(on, () -> isGranted(on, id));
        }
    }

    private static @Nullable LockResult answer(TestClient on, int id) {
        return on.frames().stream()
                .filter(ServerFrame::hasLockResult)
                .map(ServerFrame::getLockResult)
                .filter(result -> result.getInReplyTo() == id)
                .findFirst()
                .orElse(null);
    }

    private static boolean isGranted(TestClient on, int id) {
        return on.frames().stream()
                .filter(ServerFrame::hasLockResult)
                .map(ServerFrame::getLockResult)
                .anyMatch(result -> result.getInReplyTo() == id && result.getState() == LockState.LOCK_STATE_GRANTED);
    }

    private static boolean isRefused(TestClient on, int id) {
        return on.errors().stream().anyMatch(error -> error.getInReplyTo() == id);
    }
}
