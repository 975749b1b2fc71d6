package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.model.CursorColumns;
import presence.model.Position;
import presence.testing.random.Seeded;

class CursorSlotTest {
    private static final int[] EDGES = {
        -Position.LIMIT, -Position.LIMIT + 1, -1, 0, 1, Position.LIMIT - 1, Position.LIMIT
    };

    private static int anyCoordinate(Random random) {
        return random.nextInt(4) == 0
                ? EDGES[random.nextInt(EDGES.length)]
                : Position.clamp(random.nextInt() >> random.nextInt(32));
    }

    @Test
    void aWordHoldsAPositionItsFlagAndItsAge() {
        Seeded.check(50_000, random -> {
            int x = anyCoordinate(random);
            int y = anyCoordinate(random);
            boolean hidden = random.nextBoolean();
            long arrivalMs = random.nextLong() >> random.nextInt(64);
            int age = random.nextInt(1_500);
            long packed = CursorSlot.pack(x, y, hidden, arrivalMs);
            assertThat(CursorSlot.x(packed)).isEqualTo(x);
            assertThat(CursorSlot.y(packed)).isEqualTo(y);
            assertThat(CursorSlot.hidden(packed)).isEqualTo(hidden);
            assertThat(CursorSlot.ageMs(packed, arrivalMs + age)).isEqualTo(age);
            assertThat(packed).isNotEqualTo(CursorSlot.NONE);
        });
    }

    @Test
    void everyPairOfEdgesIsKept() {
        for (int x : EDGES) {
            for (int y : EDGES) {
                for (int flags = 0; flags < 4; flags++) {
                    long packed = CursorSlot.pack(x, y, (flags & 1) != 0, (flags & 2) != 0 ? 2_047 : 0);
                    assertThat(CursorSlot.x(packed)).isEqualTo(x);
                    assertThat(CursorSlot.y(packed)).isEqualTo(y);
                    assertThat(CursorSlot.hidden(packed)).isEqualTo((flags & 1) != 0);
                    assertThat(packed).isNotEqualTo(CursorSlot.NONE);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2047, 2048, 1",
        "2040, 2055, 15",
        "0, 1700, 1700",
        "4095, 4097, 2",
        "9223372036854775807, -9223372036854775808, 1"
    })
    void ageIsRightWhereTheClockWraps(long arrivalMs, long nowMs, int age) {
        assertThat(CursorSlot.ageMs(CursorSlot.pack(1, 2, false, arrivalMs), nowMs))
                .isEqualTo(age);
    }

    @Test
    void aPositionThatArrivesWhileItsTickIsUnderWayIsNewAndNotTwoSecondsOld() {
        // The tick has read the clock already; another event loop reads it later and still comes in time.
        assertThat(CursorSlot.ageMs(CursorSlot.pack(1, 2, false, 10_001), 10_000))
                .isZero();
        assertThat(CursorSlot.ageMs(CursorSlot.pack(1, 2, false, 2_048), 2_047)).isZero();
    }

    @Test
    void theLastMoveIsTheOneTaken() {
        CursorSlot slot = new CursorSlot(new DirtyCursors(() -> {}));
        assertThat(slot.value()).isEqualTo(CursorSlot.NONE);
        slot.move(1, 1, false, 0);
        slot.move(2, -2, true, 0);
        CursorColumns columns = new CursorColumns();
        CursorSlot.addTo(columns, 9, slot.take(), 5);
        assertThat(columns.slot(0)).isEqualTo(9);
        assertThat(columns.x(0)).isEqualTo(2);
        assertThat(columns.y(0)).isEqualTo(-2);
        assertThat(columns.hidden(0)).isTrue();
        assertThat(columns.ageMs(0)).isEqualTo(5);
    }
}
