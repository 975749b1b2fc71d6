package presence.simulation;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.Roster;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/** Somebody with a browser tab: one board, at most one connection that counts, and a resume key. */
final class SimUser {
    static final String STATE = "k";
    private static final long RETRY_US = 500 * VirtualTime.MS;
    /** A client that gets no roster connects again. */
    private static final long PATIENCE_US = 6 * VirtualTime.SECOND;

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

    private @Nullable SimSeat seat;
    private int moves;
    private @Nullable SimSeat movedOn;
    private int patches;
    private String shownPatch = "";
    /** Ids of all members it ever was. */
    private final Set<ByteString> ids = new HashSet<>();

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
            connect(node, 0);
        }
    }

    /** Leaves cleanly. */
    void leave() {
        if (wants) {
            wants = false;
            attempt++;
            if (seat != null) {
                seat.leave();
            }
            seat = null;
        }
    }

    /** Closes the laptop: the node learns that the socket is gone, and the client does not come back. */
    void vanish() {
        if (wants) {
            wants = false;
            loseSocket(0);
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
        seat = null;
        attempt++;
        if (last != null) {
            world.time().after(noticedUs, null, last::lose);
        }
    }

    /** Its node is gone. */
    void onNodeGone(SimNode node) {
        if (seat != null && seat.node() == node) {
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
        SimSeat fresh = new SimSeat(this, node, world.complaints());
        seat = fresh;
        fresh.join(new ClientEvent.Join(
                ClientEvent.NO_REQUEST_ID,
                board,
                new Profile(userId, name, "", "", ""),
                Status.ACTIVE,
                shownPatch.isEmpty() ? Map.of() : state(),
                key,
                false,
                newKey,
                0,
                false));
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
            ByteString id = of.ownId();
            if (id != null) {
                ids.add(id);
            }
        }
    }

    void onSeatLost(SimSeat of, ErrorCode why) {
        if (why != ErrorCode.REPLACED) {
            world.complaints().add(this + " lost its seat: " + why);
        } else if (of == seat) {
            world.note(this + " was replaced on " + of.node().name());
            world.onReplaced();
            // The client connects again only when its user asks for it.
            seat = null;
            attempt++;
            wants = false;
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
