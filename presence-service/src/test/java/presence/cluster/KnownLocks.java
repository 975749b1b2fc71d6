package presence.cluster;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.lock.Lock;
import presence.lock.LockFeed;
import presence.lock.LockTable;

/** A board's side of its locks that keeps what it is told. */
final class KnownLocks implements LockFeed {
    private final LockTable table = new LockTable();
    private boolean read;
    private int doubts;

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public synchronized void onLocks(Collection<Lock> all) {
        read = true;
        table.replace(all, nowMs());
    }

    @Override
    public synchronized void onLock(String name, @Nullable Lock lock) {
        table.put(name, lock, nowMs());
    }

    @Override
    public synchronized void onDoubt() {
        doubts++;
    }

    synchronized int doubts() {
        return doubts;
    }

    synchronized boolean isRead() {
        return read;
    }

    @Override
    public synchronized Collection<Lock> known() {
        return table.all(nowMs());
    }

    @Override
    public synchronized @Nullable Lock known(String name) {
        return table.get(name, nowMs());
    }

    @Override
    public synchronized long fencing() {
        return table.fencing();
    }
}
