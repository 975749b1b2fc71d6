package presence.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The host of Redis: sessions, restarts, failovers, and a wall clock that may jump. */
final class SimServer {
    private static final long SNAPSHOT_US = 250 * VirtualTime.MS;
    private static final int SNAPSHOTS = 5;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final SimRedis redis;
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final List<Map<String, Object>> snapshots = new ArrayList<>();
    private long clockOffsetMs;
    private boolean up = true;

    /** @param keepsSnapshots whether failovers lose the last writes, which costs a copy of all keys now and then */
    SimServer(VirtualTime time, SplittableRandom random, boolean keepsSnapshots) {
        this.time = time;
        this.random = random;
        this.redis = new SimRedis(() -> time.nowMs() + clockOffsetMs);
        if (keepsSnapshots) {
            takeSnapshot();
        }
    }

    SimRedis redis() {
        return redis;
    }

    boolean isUp() {
        return up;
    }

    private void takeSnapshot() {
        snapshots.add(redis.snapshot());
        if (snapshots.size() > SNAPSHOTS) {
            snapshots.remove(0);
        }
        time.after(SNAPSHOT_US, null, this::takeSnapshot);
    }

    Session open(SimConnection connection) {
        Session session = new Session(connection);
        sessions.add(session);
        return session;
    }

    List<Session> sessionsOf(SimConnection connection) {
        return sessions.stream()
                .filter(session -> session.connection() == connection)
                .toList();
    }

    /** The client has closed a session. */
    void closed(Session session) {
        session.isOpenAtServer = false;
        sessions.remove(session);
        session.channels.forEach(channel -> redis.unsubscribe(channel, session));
        session.channels.clear();
    }

    /** CLIENT KILL. */
    void kill(Session session) {
        closed(session);
        session.connection().closedByServer(session, random.nextBoolean());
    }

    /** The process of a node is gone: its kernel closes all its sockets. */
    void closeAllOf(SimConnection connection) {
        sessionsOf(connection).forEach(session -> time.after(connection.delayUs(), null, () -> closed(session)));
    }

    /** The server is gone for a while, and back with other data. */
    void restart(long downUs, Map<String, Object> data) {
        up = false;
        List.copyOf(sessions).forEach(session -> {
            closed(session);
            session.connection().closedByServer(session, true);
        });
        redis.restore(data);
        redis.refuseWrites(null);
        time.after(downUs, null, () -> up = true);
    }

    /** Another server takes over that lacks the last writes. */
    void failOver(long downUs) {
        restart(downUs, snapshots.isEmpty() ? Map.of() : snapshots.get(random.nextInt(snapshots.size())));
        snapshots.clear();
        snapshots.add(redis.snapshot());
    }

    void jumpClock(long ms) {
        clockOffsetMs += ms;
    }

    void heal() {
        up = true;
        redis.refuseWrites(null);
    }
}
