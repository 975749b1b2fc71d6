package presence.lock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import presence.model.MemberId;

/** The locks of a board as a node knows them, with the time of their end by the node's clock. Confined to one thread. */
public final class LockTable {
    private record Known(Lock lock, long endMs) {}

    private final Map<String, Known> byName = new HashMap<>(0);
    private long fencing;

    /** Stores a lock; returns whether another member or no member holds it now, or it was granted anew. */
    public boolean put(String name, @Nullable Lock lock, long nowMs) {
        Known before = lock == null ? byName.remove(name) : byName.put(name, new Known(lock, nowMs + lock.leftMs()));
        if (lock == null) {
            return before != null;
        }
        fencing = Math.max(fencing, lock.fencing());
        return before == null
                || before.lock.fencing() != lock.fencing()
                || !before.lock.holder().equals(lock.holder());
    }

    /** Replaces all locks; returns the names for which {@link #put} would return true. */
    public Set<String> replace(Collection<Lock> all, long nowMs) {
        Set<String> gone = new HashSet<>(byName.keySet());
        Set<String> changed = new HashSet<>();
        for (Lock lock : all) {
            gone.remove(lock.name());
            if (put(lock.name(), lock, nowMs)) {
                changed.add(lock.name());
            }
        }
        gone.forEach(byName::remove);
        changed.addAll(gone);
        return changed;
    }

    /** Removes the locks whose time is over; returns their names. */
    public Set<String> removeOver(long nowMs) {
        Set<String> over = new HashSet<>();
        byName.forEach((name, known) -> {
            if (known.endMs <= nowMs) {
                over.add(name);
            }
        });
        over.forEach(byName::remove);
        return over;
    }

    /** Returns when the first lock ends; {@link Long#MAX_VALUE} if there is none. */
    public long firstEndMs() {
        return byName.values().stream().mapToLong(Known::endMs).min().orElse(Long.MAX_VALUE);
    }

    /** Returns a lock with what is left of its time, at least 0; null if it is free. */
    public @Nullable Lock get(String name, long nowMs) {
        Known known = byName.get(name);
        return known == null ? null : known.lock.withLeft(Math.max(0, known.endMs - nowMs));
    }

    public List<Lock> all(long nowMs) {
        List<Lock> all = new ArrayList<>(byName.size());
        byName.values().forEach(known -> all.add(known.lock.withLeft(Math.max(0, known.endMs - nowMs))));
        return all;
    }

    /** Whether a member holds any lock. */
    public boolean holdsAny(MemberId member) {
        return byName.values().stream().anyMatch(known -> known.lock.holder().equals(member));
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    public int size() {
        return byName.size();
    }

    /** Returns the greatest fencing number seen; 0 for none. */
    public long fencing() {
        return fencing;
    }
}
