package presence.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CursorColumnsTest {
    @Test
    void growsAndKeepsEveryRow() {
        CursorColumns columns = new CursorColumns();
        for (int i = 0; i < 1_000; i++) {
            columns.add(i, -i, i * 2, i % 3 == 0, i + 7);
        }
        assertThat(columns.size()).isEqualTo(1_000);
        assertThat(columns.hiddenCount()).isEqualTo(334);
        for (int i = 0; i < 1_000; i++) {
            assertThat(columns.slot(i)).isEqualTo(i);
            assertThat(columns.x(i)).isEqualTo(-i);
            assertThat(columns.y(i)).isEqualTo(i * 2);
            assertThat(columns.hidden(i)).isEqualTo(i % 3 == 0);
            assertThat(columns.ageMs(i)).isEqualTo(i + 7);
        }
    }

    @Test
    void isEmptyAgainAfterClear() {
        CursorColumns columns = new CursorColumns();
        columns.add(1, 2, 3, true, 4);
        columns.clear();
        assertThat(columns.isEmpty()).isTrue();
        assertThat(columns.hiddenCount()).isZero();
        columns.add(5, 6, 7, false, 8);
        assertThat(columns.hidden(0)).isFalse();
        assertThat(columns.slot(0)).isEqualTo(5);
    }

    @Test
    void aCopyIsNotChangedByLaterRows() {
        CursorColumns columns = new CursorColumns();
        columns.add(1, 2, 3, true, 4);
        CursorColumns copy = columns.copy();
        columns.clear();
        columns.add(9, 9, 9, false, 9);
        assertThat(copy.size()).isEqualTo(1);
        assertThat(copy.slot(0)).isEqualTo(1);
        assertThat(copy.hidden(0)).isTrue();
        assertThat(copy.hiddenCount()).isEqualTo(1);
    }

    @Test
    void coordinatesAreClampedToTwentySixBits() {
        assertThat(Position.LIMIT).isEqualTo(33_554_431);
        assertThat(Position.clamp(33_554_431)).isEqualTo(33_554_431);
        assertThat(Position.clamp(33_554_432)).isEqualTo(33_554_431);
        assertThat(Position.clamp(-33_554_432)).isEqualTo(-33_554_431);
        assertThat(Position.clamp(Integer.MIN_VALUE)).isEqualTo(-33_554_431);
        assertThat(Position.clamp(Integer.MAX_VALUE)).isEqualTo(33_554_431);
        assertThat(Position.clamp(-7)).isEqualTo(-7);
    }
}
