package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class SlotAllocatorTest {
    @Test
    void countsFromOne() {
        SlotAllocator slots = new SlotAllocator(60_000);
        assertThat(slots.allocate(0)).isEqualTo(1);
        assertThat(slots.allocate(0)).isEqualTo(2);
    }

    @Test
    void aFreedNumberRestsBeforeItIsUsedAgain() {
        SlotAllocator slots = new SlotAllocator(60_000);
        slots.allocate(0);
        slots.free(1, 1_000);
        assertThat(slots.allocate(60_999)).isEqualTo(2);
        assertThat(slots.allocate(61_000)).isEqualTo(1);
        assertThat(slots.allocate(61_000)).isEqualTo(3);
    }

    @Test
    void theOldestFreedNumberComesFirst() {
        SlotAllocator slots = new SlotAllocator(10);
        slots.allocate(0);
        slots.allocate(0);
        slots.free(2, 0);
        slots.free(1, 1);
        assertThat(slots.allocate(100)).isEqualTo(2);
        assertThat(slots.allocate(100)).isEqualTo(1);
    }

    @Test
    void noNumberIsHeldTwiceOrUsedAgainTooSoon() {
        Seeded.check(200, random -> {
            SlotAllocator slots = new SlotAllocator(100);
            Set<Integer> held = new HashSet<>();
            Map<Integer, Long> freed = new HashMap<>();
            long now = 0;
            int most = 0;
            for (int step = 0; step < 200; step++) {
                now += random.nextInt(20);
                if (held.isEmpty() || random.nextBoolean()) {
                    int slot = slots.allocate(now);
                    assertThat(slot).isPositive();
                    assertThat(held.add(slot)).isTrue();
                    assertThat(now - freed.getOrDefault(slot, -100L)).isGreaterThanOrEqualTo(100);
                    most = Math.max(most, slot);
                } else {
                    int slot = held.iterator().next();
                    held.remove(slot);
                    slots.free(slot, now);
                    freed.put(slot, now);
                }
            }
            assertThat(most).as("numbers stay small").isLessThanOrEqualTo(held.size() + freed.size());
        });
    }
}
