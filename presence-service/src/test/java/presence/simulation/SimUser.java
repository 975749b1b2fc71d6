package presence.simulation;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.LockResult;
import presence.proto.LockState;
import presence.proto.Roster;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/** Somebody with a browser tab: one board, at most one connection that counts, and a resume key. */
final class SimUser {
    static final String STATE = "k";
    /** What a take-over adds to a version, as in the client of browsers. */
    private static final long TAKE_OVER = 1 << 24;

    private static final long RETRY_US = 500 * VirtualTime.MS;
    /** The latest that a node notices that a connection is lost. */
    private static final long LOST_LATE_US = 4 * VirtualTime.SECOND;
    /** Time in which every node has published the members that it took over. */
    private static final long MOVED_US = 1_500 * VirtualTime.MS;
    /** A client that gets no roster connects again. */
    private static final long PATIENCE_US = 6 * VirtualTime.SECOND;

    /** Time to live of its locks: the lease of a node less a heartbeat. */
    static final long LOCK_US = 6 * VirtualTime.SECOND;
    /** What is compared with Redis may be this much older or newer. */
    static final long LOOK_MS = 700;

    private static final long QUEUED = -1;

    private final String name;
    private final String userId;
    private final BoardId board;
    private final World world;
    private final SplittableRandom random;
    private boolean wants;
    private int attempt;
    private byte[] key = {};
    /** Chosen for each new member, so that its first join can be repeated. */
    private byte[] newKey = {};
    /** The last version of its member that it was shown; 0 for none. */
    private long version;
    /** Joins since then. */
    private int tries;
    /** Joins whose connection was lost before their answer. */
    private int givenUp;

    private long movedUs;
    /** When it connected before the last time. */
    private long movedBeforeUs;
    /** When nodes have noticed that its earlier connections are lost. */
    private long lostUs;
    /** When it was last on its board. */
    private long awaySinceUs;

    /** Locks that it wants, each with the number of its wish. */
    private final Map<String, Long> asked = new HashMap<>(0);
    /** The requests that it sent, by id. */
    private final Map<Long, Asked> sentUs = new HashMap<>(0);

    private long requests;
    private long sent;

    /** @param sentUs {@link #QUEUED} if it waits for its turn */
    private record Asked(String name, boolean waits, long sentUs) {}

    private @Nullable SimSeat seat;
    private int moves;
    private @Nullable SimSeat movedOn;
    private int patches;
    private String shownPatch = "";
    /** Id of its member; null before its first roster. */
    private @Nullable ByteString id;

    SimUser(String name, String userId, BoardId board, World world, SplittableRandom random) {
        this.name = name;
        this.userId = userId;
        this.board = board;
        this.world = world;
        this.random = random;
    }

    String userId() {
        return userId;
    }

    BoardId board() {
        return board;
    }

    boolean wants() {
        return wants;
    }

    @Nullable SimSeat seat() {
        return seat;
    }

    /** The last value that it set and that its member must have; empty for none. */
    String shownPatch() {
        return shownPatch;
    }

    /** The last position; 0 if it did not move on the present connection. */
    int position() {
        return movedOn == seat ? moves : 0;
    }

    void join(SimNode node) {
        if (!wants) {
            wants = true;
            key = new byte[0];
            newKey = new byte[16];
            random.nextBytes(newKey);
            shownPatch = "";
            version = 0;
            tries = 0;
            givenUp = 0;
            id = null;
            connect(node, 0);
        }
    }

    /** Asks for a lock and renews it from then on. */
    void lock(String name, boolean waits) {
        if (seat == null || seat.model().roster() == null) {
            return;
        }
        asked.put(name, ++requests);
        ask(name, waits);
    }

    private void ask(String name, boolean waits) {
        SimSeat to = seat;
        if (to == null || to.model().roster() == null) {
            return;
        }
        sentUs.put(++sent, new Asked(name, waits, world.time().nowUs()));
        to.lock(new ClientEvent.Lock(sent, 0, name, LOCK_US / VirtualTime.MS, waits));
    }

    void onLockResult(SimSeat of, LockResult result) {
        Asked request = sentUs.get((long) result.getInReplyTo());
        if (of != seat || request == null || id == null || !asked.containsKey(request.name)) {
            return;
        }
        if (result.getState() == LockState.LOCK_STATE_QUEUED) {
            sentUs.put((long) result.getInReplyTo(), new Asked(request.name, true, QUEUED));
        } else if (result.getState() == LockState.LOCK_STATE_DENIED) {
            asked.remove(request.name);
        } else if (request.sentUs == QUEUED) {
            // The time to live began when it was its turn: only an answered renewal says from when on to count.
            ask(request.name, true);
        } else {
            LockWatch watch = world.locks();
            if (watch != null) {
                watch.onGranted(this, id, request.name, result.getFencing(), request.sentUs);
            }
            long mine = asked.get(request.name);
            world.time().after(LOCK_US / 3, null, () -> {
                if (asked.getOrDefault(request.name, 0L) == mine) {
                    ask(request.name, true);
                }
            });
        }
    }

    void unlock(String name) {
        SimSeat to = seat;
        if (asked.remove(name) != null && id != null) {
            LockWatch watch = world.locks();
            if (watch != null) {
                watch.onReleased(this, id, name);
            }
            if (to != null) {
                to.unlock(name);
            }
        }
    }

    /** Leaves cleanly. */
    void leave() {
        if (wants) {
            LockWatch watch = world.locks();
            if (watch != null && id != null) {
                List.copyOf(asked.keySet()).forEach(name -> watch.onReleased(this, id, name));
            }
            asked.clear();
            wants = false;
            attempt++;
            if (seat != null) {
                seat.leave();
            }
            if (seat == null || seat.model().roster() == null || isElsewhere()) {
                world.onSilentLeave(LOST_LATE_US);
            }
            seat = null;
        }
    }

    /**
     * Whether a node before the last may still hold an earlier connection, and hear of the leave before it has published that it has the
     * member: then its record comes after the leave, and counts until it notices that the connection is lost.
     */
    private boolean isElsewhere() {
        return world.scenario().hasFaults()
                && lostUs + VirtualTime.SECOND > world.time().nowUs()
                && movedBeforeUs + MOVED_US > world.time().nowUs();
    }

    /** Whether this is the member of the user, who is there. */
    boolean isMember(ByteString of) {
        return wants && of.equals(id);
    }

    /** Closes the laptop: the node learns that the socket is gone, and the client does not come back. */
    void vanish() {
        if (wants) {
            wants = false;
            loseSocket(0);
            world.onSilentLeave(LOST_LATE_US);
        }
    }

    /** Loses the connection and makes another. */
    void drop(SimNode next, long afterUs) {
        if (wants) {
            loseSocket(random.nextLong(afterUs + 100 * VirtualTime.MS));
            connect(next, afterUs);
        }
    }

    /** Connects elsewhere while the present connection still looks open to its node. */
    void twin(SimNode next, long noticedUs) {
        if (wants && seat != null) {
            loseSocket(noticedUs);
            connect(next, 0);
        }
    }

    private void loseSocket(long noticedUs) {
        SimSeat last = seat;
        if (last != null && last.model().roster() != null) {
            awaySinceUs = world.time().nowUs();
        } else if (last != null) {
            givenUp++;
        }
        seat = null;
        attempt++;
        if (last != null) {
            lostUs = Math.max(lostUs, world.time().nowUs() + noticedUs);
            world.time().after(noticedUs, null, last::lose);
        }
    }

    /** Its node is gone. */
    void onNodeGone(SimNode node) {
        if (seat != null && seat.node() == node) {
            if (seat.model().roster() != null) {
                awaySinceUs = world.time().nowUs();
            }
            seat = null;
            attempt++;
            if (wants) {
                reconnect(100 * VirtualTime.MS + random.nextLong(1_500 * VirtualTime.MS));
            }
        }
    }

    /** Connects again where it is not connected. */
    void returnIfAway() {
        if (wants && (seat == null || !seat.node().isAlive())) {
            seat = null;
            reconnect(random.nextLong(RETRY_US));
        }
    }

    private void reconnect(long afterUs) {
        connect(world.anyNode(random), afterUs);
    }

    private void connect(@Nullable SimNode node, long afterUs) {
        int mine = ++attempt;
        world.time().after(afterUs, null, () -> {
            if (mine == attempt && wants) {
                tryJoin(node);
            }
        });
    }

    private void tryJoin(@Nullable SimNode node) {
        if (node == null || !node.accepts()) {
            reconnect(RETRY_US);
            return;
        }
        SimSeat fresh = new SimSeat(this, node, world);
        seat = fresh;
        movedBeforeUs = movedUs;
        movedUs = world.time().nowUs();
        fresh.join(new ClientEvent.Join(
                ClientEvent.NO_REQUEST_ID,
                board,
                new Profile(userId, name, "", "", ""),
                Status.ACTIVE,
                shownPatch.isEmpty() ? Map.of() : state(),
                key,
                false,
                newKey,
                version + tries++ * TAKE_OVER,
                false,
                false,
                0,
                world.locks() != null));
        int mine = attempt;
        world.time().after(PATIENCE_US, null, () -> {
            if (mine == attempt && seat == fresh && fresh.model().roster() == null) {
                loseSocket(0);
                reconnect(RETRY_US);
            }
        });
    }

    void onRoster(SimSeat of, Roster roster) {
        if (of == seat) {
            key = roster.getResumeKey().toByteArray();
            tries = 0;
            checkId(of);
            checkRoster(of);
        }
    }

    /** Who comes back with its key is the same member. */
    private void checkId(SimSeat of) {
        ByteString now = of.ownId();
        ByteString before = id;
        id = now;
        LockWatch watch = world.locks();
        if (watch != null && before != null && !before.equals(now)) {
            // As the client of browsers: another member has none of its locks.
            asked.keySet().forEach(name -> watch.onReleased(this, before, name));
        }
        boolean inTime = world.time().nowUs() - awaySinceUs < SimNode.GRACE_MS * VirtualTime.MS;
        if (before != null && !before.equals(now) && inTime && !world.outages().mayBeUnknown()) {
            world.complaints()
                    .add("a key was not known: of " + this + " on " + of.node().name());
        }
    }

    /** The first roster has all who have been there for a while. */
    private void checkRoster(SimSeat of) {
        if (world.outages().mayBeUnknown()) {
            return;
        }
        for (SimUser other : world.users()) {
            SimSeat there = other.seat;
            if (other != this
                    && other.board.equals(board)
                    && there != null
                    && there.isSettled()
                    && other.id != null
                    && of.model().members().values().stream()
                            .noneMatch(member -> member.getMemberId().equals(other.id))) {
                world.complaints().add("a roster lacks a member: " + this + " is not shown " + other);
            }
        }
    }

    void onVersion(SimSeat of, long shown) {
        if (of == seat) {
            version = shown;
        }
    }

    void onSeatLost(SimSeat of, ErrorCode why) {
        if (why != ErrorCode.REPLACED) {
            world.complaints().add("a seat was lost: by " + this + " for " + why);
        } else if (of == seat && givenUp == 0) {
            world.complaints()
                    .add("the newest connection was replaced: of " + this + " on "
                            + of.node().name());
        } else if (of == seat) {
            // By a join of its own that was given up before its answer, and was decided late: as the client of
            // browsers.
            givenUp--;
            seat = null;
            connect(of.node(), 0);
        }
    }

    void move() {
        if (seat != null && seat.model().roster() != null) {
            moves++;
            movedOn = seat;
            seat.move(16 * moves, moves, world.time().nowMs());
        }
    }

    void patch() {
        if (seat != null && seat.model().roster() != null) {
            patches++;
            shownPatch = Integer.toString(patches);
            seat.patch(new ClientEvent.StatePatch(ClientEvent.NO_REQUEST_ID, 0, state(), List.of(), null, null));
        }
    }

    private Map<String, byte[]> state() {
        return Map.of(STATE, shownPatch.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return name;
    }
}
