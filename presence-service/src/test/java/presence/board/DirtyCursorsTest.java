package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DirtyCursorsTest {
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final DirtyCursors dirty = new DirtyCursors(wakeUps::incrementAndGet);

    /** Takes what is queued, as a tick does: the link is followed before the slot is taken. */
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

    @Test
    @Timeout(60)
    void underManyWritersTheLastValueOfEverySlotIsSeenAndNoneIsQueuedTwice() throws Exception {
        int writers = 4;
        int slotsEach = 3;
        int moves = 100_000;
        List<CursorSlot> slots = new ArrayList<>();
        for (int i = 0; i < writers * slotsEach; i++) {
            slots.add(new CursorSlot(dirty));
        }
        Map<CursorSlot, Integer> seen = new IdentityHashMap<>();
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(writers);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                List<CursorSlot> own = slots.subList(writer * slotsEach, (writer + 1) * slotsEach);
                results.add(threads.submit(() -> {
                    start.await();
                    try {
                        for (int move = 1; move <= moves; move++) {
                            own.get(move % slotsEach).move(move, -move, false, 0);
                        }
                    } finally {
                        done.countDown();
                    }
                    return null;
                }));
            }
            start.countDown();
            boolean last;
            do {
                last = done.getCount() == 0;
                int drained = 0;
                CursorSlot slot = dirty.drain();
                while (slot != null) {
                    CursorSlot following = slot.next;
                    slot.next = null;
                    long value = slot.take();
                    assertThat(CursorSlot.y(value)).as("a whole position").isEqualTo(-CursorSlot.x(value));
                    Integer before = seen.put(slot, CursorSlot.x(value));
                    assertThat(CursorSlot.x(value))
                            .as("never an older one")
                            .isGreaterThanOrEqualTo(before == null ? 0 : before);
                    assertThat(++drained).as("slots in one drain").isLessThanOrEqualTo(slots.size());
                    slot = following;
                }
            } while (!last);
            for (Future<?> result : results) {
                result.get(10, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        for (CursorSlot slot : slots) {
            assertThat(seen.get(slot)).as("the last value").isEqualTo(CursorSlot.x(slot.value()));
        }
        assertThat(wakeUps.get()).isPositive();
    }
}
