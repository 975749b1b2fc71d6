package presence.simulation;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import presence.model.BoardId;
import presence.proto.Member;
import presence.proto.Position;
import presence.proto.Status;

/** Compares what users see, and what is in Redis, with who is there. */
final class Checks {
    /** Whether to report what is known and open, see docs/development/simulation.md. */
    private static final boolean OPEN = Boolean.getBoolean("presence.simulation.open");

    private final World world;

    Checks(World world) {
        this.world = world;
    }

    /** What is not exact yet. */
    List<String> differences() {
        List<String> found = new ArrayList<>(0);
        Map<BoardId, Map<ByteString, SimUser>> present =
                new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        for (SimUser user : world.users()) {
            if (user.wants()) {
                SimSeat seat = user.seat();
                ByteString id = seat == null || !seat.node().isAlive() ? null : seat.ownId();
                if (id == null) {
                    found.add("a user has no roster: " + user);
                } else if (present.computeIfAbsent(
                                        user.board(),
                                        key -> new TreeMap<>(ByteString.unsignedLexicographicalComparator()))
                                .put(id, user)
                        != null) {
                    found.add("two users are one member: " + user);
                }
            }
        }
        if (!found.isEmpty()) {
            return found;
        }
        present.values().forEach(members -> members.values().forEach(viewer -> checkView(viewer, members, found)));
        if (found.isEmpty()) {
            checkSegments(present, found);
            if (OPEN || !world.scenario().has(Step.Kind.READONLY)) {
                checkUsers(found);
            }
            checkLifetimes(found);
            LockWatch locks = world.locks();
            if (locks != null) {
                locks.check(found);
            }
        }
        return found;
    }

    private static void checkView(SimUser viewer, Map<ByteString, SimUser> members, List<String> found) {
        SimSeat seat = viewer.seat();
        if (seat == null) {
            return;
        }
        Set<String> ghosts = new TreeSet<>();
        Set<ByteString> missing = new java.util.HashSet<>(members.keySet());
        for (Member shown : seat.model().members().values()) {
            SimUser user = members.get(shown.getMemberId());
            missing.remove(shown.getMemberId());
            if (user == null) {
                ghosts.add(shown.getProfile().getName());
            } else {
                checkMember(viewer, user, shown, seat, found);
            }
        }
        ghosts.forEach(ghost -> found.add("a ghost is shown: " + viewer + " sees " + ghost));
        missing.forEach(id -> found.add("a member is missing: " + viewer + " does not see " + members.get(id)));
    }

    private static void checkMember(SimUser viewer, SimUser user, Member shown, SimSeat seat, List<String> found) {
        if (shown.getStatus() != Status.STATUS_ACTIVE) {
            found.add("a wrong status is shown: " + viewer + " sees " + user + " as " + shown.getStatus());
        }
        ByteString state = shown.getStateOrDefault(SimUser.STATE, ByteString.EMPTY);
        if (!state.equals(ByteString.copyFromUtf8(user.shownPatch()))) {
            found.add("an old state is shown: " + viewer + " sees " + user + " with " + state.toStringUtf8()
                    + " instead of " + user.shownPatch());
        }
        Position at = seat.model().cursors().get(shown.getSlot());
        if (user != viewer && user.position() != 0 && (at == null || at.getY() != user.position())) {
            found.add("an old cursor is shown: " + viewer + " sees " + user + " at " + (at == null ? "none" : at.getY())
                    + " instead of " + user.position());
        }
    }

    private void checkSegments(Map<BoardId, Map<ByteString, SimUser>> present, List<String> found) {
        Map<String, Set<String>> expected = new TreeMap<>();
        present.forEach((board, members) -> members.forEach((id, user) -> {
            SimSeat seat = user.seat();
            if (seat != null) {
                expected.computeIfAbsent(board + " of " + seat.node().bus().node(), key -> new TreeSet<>())
                        .add(HexFormat.of().formatHex(id.toByteArray()));
            }
        }));
        Map<String, Set<String>> actual = new TreeMap<>();
        for (String key : world.server().redis().lifetimes().keySet()) {
            if (key.startsWith("presence:seg:")) {
                String board = key.substring("presence:seg:{presence:board:".length(), key.indexOf('}'));
                String node = key.substring(key.indexOf('}') + 2, key.lastIndexOf(':'));
                Set<String> ids =
                        new TreeSet<>(world.server().redis().hgetall(key).keySet());
                ids.remove("#");
                if (!ids.isEmpty() && !(isGone(node) && (mayKeepWhatIsGone() || !isFollowed(board)))) {
                    actual.computeIfAbsent(board + " of " + node, each -> new TreeSet<>())
                            .addAll(ids);
                }
            }
        }
        if (!actual.equals(expected)) {
            found.add("segments in Redis differ: " + actual + " instead of " + expected);
        }
    }

    /**
     * Whether what a node that has left wrote may be back after a failover, or not be removable: until it expires, or an
     * audit finds it.
     */
    boolean mayKeepWhatIsGone() {
        return world.scenario().has(Step.Kind.FAILOVER) || world.scenario().has(Step.Kind.READONLY);
    }

    /** Whether there is a node to remove the segment of one that was killed; else it expires, and counts for nothing. */
    private boolean isFollowed(String board) {
        return world.server().redis().numsub("presence:board:" + board) > 0;
    }

    private boolean isGone(String node) {
        return world.nodes().alive().stream()
                .noneMatch(each -> each.bus().node().toString().equals(node));
    }

    private void checkUsers(List<String> found) {
        Set<String> expected = new TreeSet<>();
        for (SimUser user : world.users()) {
            if (user.wants()) {
                expected.add(user.userId());
            }
        }
        Set<String> actual = new TreeSet<>(world.server().redis().smembers("presence:online:{presence:users}"));
        if (!actual.equals(expected)) {
            found.add("users online differ: " + actual + " instead of " + expected);
        }
    }

    private void checkLifetimes(List<String> found) {
        world.server().redis().lifetimes().forEach((key, ms) -> {
            if (ms < 0) {
                found.add("a key does not expire: " + key);
            }
        });
    }

    /** What must not happen where Redis keeps its data. */
    void whileCalm(List<String> complaints) {
        if (world.scenario().steps().stream().noneMatch(step -> step.kind().losesData())) {
            for (SimNode node : world.nodes().alive()) {
                node.users().repeated().forEach(each -> complaints.add("a user is announced twice: " + each));
            }
        }
    }
}
