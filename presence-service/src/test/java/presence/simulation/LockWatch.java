package presence.simulation;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import presence.model.BoardId;

/**
 * What clients count on: each trusts its lock for its time to live from when it sent the last request that was granted.
 * Complains when two do so at once, when a fencing number does not rise, and when a lock comes back after its release.
 */
final class LockWatch {
    /** @param untilUs until when its client trusts it */
    private record Trust(ByteString member, long fencing, long untilUs) {}

    private record Number(BoardId board, long fencing) {}

    private final World world;
    /** By board and name. */
    private final Map<String, Trust> trusted = new HashMap<>();

    private final Map<String, Long> greatest = new HashMap<>();
    private final Map<Number, ByteString> members = new HashMap<>();
    private final Map<Number, Long> releasedUs = new HashMap<>();
    /** Whether a second holder is a stated exception: Redis loses data, or its clock jumps. */
    private final boolean losesData;

    /** Whether a release may be lost with its connection: then the member still has the lock when it asks again. */
    private final boolean losesReleases;

    private int grants;

    LockWatch(World world) {
        this.world = world;
        losesData = world.scenario().steps().stream()
                .anyMatch(step -> Set.of(Step.Kind.FLUSH, Step.Kind.RESTART, Step.Kind.FAILOVER, Step.Kind.CLOCK)
                        .contains(step.kind()));
        losesReleases = world.scenario().hasFaults()
                || world.scenario().steps().stream()
                        .anyMatch(step -> Set.of(Step.Kind.DROP, Step.Kind.TWIN, Step.Kind.VANISH)
                                .contains(step.kind()));
    }

    /** The grants that clients were told. */
    int grants() {
        return grants;
    }

    void onGranted(SimUser user, ByteString member, String name, long fencing, long sentUs) {
        long untilUs = sentUs + SimUser.LOCK_US;
        if (untilUs <= world.time().nowUs()) {
            return;
        }
        grants++;
        String key = user.board() + " " + name;
        Trust other = trusted.get(key);
        if (other != null
                && !other.member.equals(member)
                && other.untilUs > world.time().nowUs()
                && !losesData) {
            complain("two members hold a lock: " + user + " is granted " + key + " with " + fencing
                    + " while another trusts " + other.fencing);
        }
        Number number = new Number(user.board(), fencing);
        ByteString before = members.putIfAbsent(number, member);
        if (before != null && !before.equals(member)) {
            complain("two members have a number: " + fencing + " of " + key + " is granted to " + user);
        }
        if (!losesReleases && releasedUs.getOrDefault(number, Long.MAX_VALUE) < sentUs) {
            complain("a lock comes back after its release: " + fencing + " of " + key + " to " + user);
        }
        if (fencing < greatest.getOrDefault(key, 0L) && !losesData) {
            complain("a number does not rise: " + fencing + " of " + key + " to " + user);
        }
        greatest.merge(key, fencing, Math::max);
        trusted.put(key, new Trust(member, fencing, untilUs));
    }

    /** A client gives a lock back, or all of its locks with its member. */
    void onReleased(SimUser user, ByteString member, String name) {
        String key = user.board() + " " + name;
        Trust own = trusted.get(key);
        if (own != null && own.member.equals(member)) {
            trusted.remove(key);
            releasedUs.put(new Number(user.board(), own.fencing), world.time().nowUs());
        }
    }

    private void complain(String what) {
        world.complaints().add(what);
    }

    /** Compares what clients were told with what is in Redis; leaves out what ends about now. */
    void check(List<String> found) {
        long nowMs = world.server().redis().nowMs();
        for (SimUser user : world.users()) {
            SimSeat seat = user.seat();
            if (!user.wants() || seat == null || seat.model().roster() == null) {
                continue;
            }
            String key = "presence:locks:{presence:board:" + user.board() + "}";
            Map<String, String> stored = new HashMap<>();
            Set<String> ending = new HashSet<>();
            world.server().redis().hgetall(key).forEach((field, value) -> {
                if (field.charAt(0) == '=') {
                    String[] parts = SimRedis.text(value).split(" ");
                    long leftMs = Long.parseLong(parts[3]) - nowMs;
                    if (Math.abs(leftMs) < SimUser.LOOK_MS) {
                        ending.add(field.substring(1));
                    } else if (leftMs > 0) {
                        stored.put(field.substring(1), parts[0]);
                    }
                }
            });
            Map<String, String> shown = new HashMap<>(seat.locks());
            shown.keySet().removeAll(ending);
            if (!shown.equals(stored)) {
                found.add("locks are shown wrongly: " + user + " sees " + shown + " instead of " + stored);
            }
        }
    }
}
