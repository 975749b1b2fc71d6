package presence.fault;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who held which lock when, as clients may count on it: each from the answer to a request until its time to live after it
 * was sent. Thread-safe; times by {@link System#nanoTime}.
 */
final class LockHistory {
    private record Trust(ByteString member, long fencing, long untilNanos) {}

    private final Map<String, Trust> trusted = new HashMap<>();
    private final Map<String, Long> greatest = new HashMap<>();
    private final Map<Long, ByteString> members = new HashMap<>();
    private final Map<Long, Long> releasedNanos = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private boolean losesData;
    private int grants;
    private int secondHolders;

    /** From now on a second holder is a stated exception: Redis has lost data. */
    synchronized void expectLostData() {
        losesData = true;
    }

    synchronized void onGranted(String name, ByteString member, long fencing, long sentNanos, long untilNanos) {
        long now = System.nanoTime();
        if (untilNanos - now <= 0) {
            return;
        }
        grants++;
        Trust other = trusted.get(name);
        if (other != null && !other.member.equals(member) && other.untilNanos - now > 0) {
            secondHolders++;
            if (!losesData) {
                violations.add("two hold " + name + ": " + other.fencing + " and " + fencing);
            }
        }
        ByteString before = members.putIfAbsent(fencing, member);
        if (before != null && !before.equals(member)) {
            violations.add("two members have the number " + fencing + " of " + name);
        }
        Long released = releasedNanos.get(fencing);
        if (released != null && released - sentNanos < 0) {
            violations.add("the number " + fencing + " of " + name + " comes back after its release");
        }
        if (fencing < greatest.getOrDefault(name, 0L)) {
            violations.add("the number " + fencing + " of " + name + " does not rise");
        }
        greatest.merge(name, fencing, Math::max);
        trusted.put(name, new Trust(member, fencing, untilNanos));
    }

    /** The release has been read by the node, which was asked on the same connection. */
    synchronized void onReleased(String name, ByteString member, long fencing) {
        Trust own = trusted.get(name);
        if (own != null && own.member.equals(member) && own.fencing == fencing) {
            trusted.remove(name);
        }
    }

    /** The client counts on the lock no more; whether it ended is not known yet. */
    synchronized void onConfirmedRelease(long fencing) {
        releasedNanos.putIfAbsent(fencing, System.nanoTime());
    }

    synchronized int grants() {
        return grants;
    }

    synchronized int secondHolders() {
        return secondHolders;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
