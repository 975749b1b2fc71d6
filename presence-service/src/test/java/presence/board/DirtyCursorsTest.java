package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DirtyCursorsTest {
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final DirtyCursors dirty = new DirtyCursors(wakeUps::incrementAndGet);

    /** Drains the queue like a tick: the link is followed before the slot is taken. */
    private static List<CursorSlot> drain(DirtyCursors dirty, int atMost) {
        List<CursorSlot> drained = new ArrayList<>();
        CursorSlot slot = dirty.drain();
        while (slot != null) {
            assertThat(drained.size()).as("slots in one drain").isLessThan(atMost);
            drained.add(slot);
            CursorSlot following = slot.next;
            slot.next = null;
            slot.take();
            slot = following;
        }
        return drained;
    }

    @Test
    void aSlotIsQueuedOnceHoweverOftenItMoves() {
        CursorSlot slot = new CursorSlot(dirty);
        slot.move(1, 1, false, 0);
        slot.move(2, 2, false, 0);
        slot.move(3, 3, false, 0);
        assertThat(drain(dirty, 2)).containsExactly(slot);
        assertThat(drain(dirty, 1)).isEmpty();
    }

    @Test
    void aTakenSlotIsQueuedAgainByItsNextMove() {
        CursorSlot slot = new CursorSlot(dirty);
        slot.move(1, 1, false, 0);
        drain(dirty, 1);
        slot.move(2, 2, false, 0);
        assertThat(drain(dirty, 1)).containsExactly(slot);
    }

    @Test
    void theFirstDirtySlotAfterADrainWakesTheTickAndNoOther() {
        CursorSlot one = new CursorSlot(dirty);
        CursorSlot two = new CursorSlot(dirty);
        one.move(1, 1, false, 0);
        two.move(1, 1, false, 0);
        one.move(2, 2, false, 0);
        assertThat(wakeUps).hasValue(1);
        drain(dirty, 2);
        two.move(2, 2, false, 0);
        assertThat(wakeUps).hasValue(2);
    }

    /** Bounds the test where threads wait for a processor: fewer bursts instead of minutes of them. */
    private static final Duration ENOUGH = Duration.ofSeconds(10);

    // Writers wait, burst by burst, until the drainer has seen their last value: a lost one is never seen.

    @Test
    @Timeout(60)
    void theLastMoveBeforeQuietIsAlwaysSeen() throws Exception {
        stress(1, 10_000, false, () -> {});
    }

    @Test
    @Timeout(60)
    void manyWritersDoNotPushEachOtherOut() throws Exception {
        stress(3, 5_000, false, Thread::yield);
    }

    /** A thread that shows a member for the first time marks its slot, too; it is not the member's own thread. */
    @Test
    @Timeout(60)
    void aSlotThatTwoThreadsMarkIsStillQueuedOnce() throws Exception {
        stress(1, 10_000, true, () -> {});
    }

    private void stress(int writers, int bursts, boolean marked, Runnable betweenDrains) throws Exception {
        List<CursorSlot> slots = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            slots.add(new CursorSlot(dirty));
        }
        AtomicIntegerArray seen = new AtomicIntegerArray(writers);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int own = writer;
                results.add(threads.submit(() -> write(slots.get(own), own, bursts, seen)));
            }
            if (marked) {
                threads.submit(() -> {
                    while (!done.get()) {
                        slots.forEach(CursorSlot::markDirty);
                    }
                });
            }
            while (!results.stream().allMatch(Future::isDone)) {
                drainInto(seen, slots);
                betweenDrains.run();
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    private static Void write(CursorSlot slot, int index, int bursts, AtomicIntegerArray seen) {
        Random random = new Random(index);
        int value = 0;
        long end = System.nanoTime() + ENOUGH.toNanos();
        for (int burst = 0; burst < bursts && System.nanoTime() < end; burst++) {
            for (int left = 1 + random.nextInt(5); left > 0; left--) {
                value++;
                slot.move(value, -value, false, 0);
            }
            awaitSeen(seen, index, value);
        }
        return null;
    }

    private static void awaitSeen(AtomicIntegerArray seen, int slot, int value) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (seen.get(slot) != value) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("value " + value + " was never seen, but " + seen.get(slot));
            }
            Thread.yield();
        }
    }

    private void drainInto(AtomicIntegerArray seen, List<CursorSlot> slots) {
        int drained = 0;
        CursorSlot slot = dirty.drain();
        while (slot != null) {
            CursorSlot following = slot.next;
            slot.next = null;
            long value = slot.take();
            if (value != CursorSlot.NONE) {
                assertThat(CursorSlot.y(value)).as("a whole position").isEqualTo(-CursorSlot.x(value));
                int index = slots.indexOf(slot);
                assertThat(CursorSlot.x(value)).as("never an older one").isGreaterThanOrEqualTo(seen.get(index));
                seen.set(index, CursorSlot.x(value));
            }
            assertThat(++drained).as("slots in one drain").isLessThanOrEqualTo(slots.size());
            slot = following;
        }
    }
}
