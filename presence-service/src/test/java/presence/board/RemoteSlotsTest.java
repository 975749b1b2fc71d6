package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.model.CursorColumns;

class RemoteSlotsTest {
    private static final long NOW = 1_000_000;

    private final RemoteSlots slots = new RemoteSlots();
    private final DirtyCursors dirty = new DirtyCursors(() -> {});
    private final SlotEntry ada = entry(1);

    private SlotEntry entry(int number) {
        return new SlotEntry(number, People.member(number, 50 + number), People.THERE, new CursorSlot(dirty));
    }

    private static CursorColumns positions(int... slotXY) {
        return aged(0, slotXY);
    }

    private static CursorColumns aged(int age, int... slotXY) {
        CursorColumns columns = new CursorColumns();
        for (int i = 0; i < slotXY.length; i += 3) {
            columns.add(slotXY[i], slotXY[i + 1], slotXY[i + 2], false, age);
        }
        return columns;
    }

    private static void assertAt(SlotEntry entry, int x, int y) {
        long value = entry.cursor.value();
        assertThat(value).as("has a position").isNotEqualTo(CursorSlot.NONE);
        assertThat(CursorSlot.x(value)).isEqualTo(x);
        assertThat(CursorSlot.y(value)).isEqualTo(y);
    }

    private static void assertNowhere(SlotEntry entry) {
        assertThat(entry.cursor.value()).isEqualTo(CursorSlot.NONE);
    }

    @Test
    void aBoundSlotMovesItsEntry() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.move(People.THERE, 1, positions(51, 3, -4), NOW);
        assertAt(ada, 3, -4);
        assertThat(dirty.drain()).isSameAs(ada.cursor);
    }

    @Test
    void anOwnerMeansItsOwnSlotsOnly() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.move(People.HERE, 1, positions(51, 3, 4), NOW);
        assertNowhere(ada);
    }

    @Test
    void anOlderOrRepeatedTickIsIgnored() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.move(People.THERE, 7, positions(51, 1, 1), NOW);
        slots.move(People.THERE, 7, positions(51, 2, 2), NOW);
        slots.move(People.THERE, 6, positions(51, 3, 3), NOW);
        assertAt(ada, 1, 1);
        slots.move(People.THERE, 8, positions(51, 4, 4), NOW);
        assertAt(ada, 4, 4);
    }

    @Test
    void aPositionThatOvertookTheJoinOfItsMemberIsKeptForIt() {
        slots.move(People.THERE, 1, positions(51, 1, 1), NOW);
        slots.move(People.THERE, 2, positions(51, 3, 4), NOW + 10);
        slots.bind(People.THERE, 51, ada, NOW + 50);
        assertAt(ada, 3, 4);
    }

    @Test
    void aPositionKeptForTooLongIsForgotten() {
        slots.move(People.THERE, 1, positions(51, 3, 4), NOW);
        slots.bind(People.THERE, 51, ada, NOW + RemoteSlots.EARLY_MS + 1);
        assertNowhere(ada);
    }

    @Test
    void theLimitAppliesToTheTimeAPositionWasKeptAndNotToItsAge() {
        // As in the answer to a hello: last positions that are a minute old.
        slots.move(People.THERE, 1, aged(60_000, 51, 3, 4), NOW);
        slots.bind(People.THERE, 51, ada, NOW + 50);
        assertAt(ada, 3, 4);
    }

    @Test
    void aKeptPositionIsUsedOnce() {
        slots.move(People.THERE, 1, positions(51, 3, 4), NOW);
        slots.bind(People.THERE, 51, ada, NOW);
        slots.unbind(People.THERE, 51, ada);
        SlotEntry next = entry(2);
        slots.bind(People.THERE, 51, next, NOW);
        assertNowhere(next);
    }

    @Test
    void anUnboundSlotMovesNoMember() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.unbind(People.THERE, 51, ada);
        slots.move(People.THERE, 1, positions(51, 3, 4), NOW);
        assertNowhere(ada);
    }

    @Test
    void aLateUnbindDoesNotUnbindTheSuccessor() {
        SlotEntry next = entry(2);
        slots.bind(People.THERE, 51, ada, NOW);
        slots.bind(People.THERE, 51, next, NOW);
        slots.unbind(People.THERE, 51, ada);
        slots.move(People.THERE, 1, positions(51, 3, 4), NOW);
        assertAt(next, 3, 4);
    }

    @Test
    void earlyPositionsOfAForgottenOwnerAreDroppedAndItsTicksMayStartAnew() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.move(People.THERE, 9, positions(51, 1, 1, 52, 2, 2), NOW);
        slots.forget(People.THERE);
        slots.unbind(People.THERE, 51, ada);
        SlotEntry bob = entry(2);
        slots.bind(People.THERE, 52, bob, NOW);
        assertNowhere(bob);
        slots.move(People.THERE, 1, positions(52, 3, 4), NOW);
        assertAt(bob, 3, 4);
    }

    @Test
    void aForgottenOwnerThatIsBackBeforeItsMembersLeftStillMovesThem() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.forget(People.THERE);
        slots.move(People.THERE, 1, positions(51, 3, 4), NOW);
        assertAt(ada, 3, 4);
    }

    @Test
    void anOwnerThatNamesEverNewSlotsCostsBoundedMemory() {
        for (int slot = 1; slot <= 5_000; slot++) {
            slots.move(People.THERE, slot, positions(slot, slot, 0), NOW);
        }
        int kept = 0;
        for (int slot = 1; slot <= 5_000; slot++) {
            SlotEntry entry = entry(slot);
            slots.bind(People.THERE, slot, entry, NOW);
            kept += entry.cursor.value() == CursorSlot.NONE ? 0 : 1;
        }
        assertThat(kept).isEqualTo(1_024);
    }

    @Test
    void expiredPositionsMakeRoomForNewOnes() {
        for (int slot = 1; slot <= 2_000; slot++) {
            slots.move(People.THERE, slot, positions(slot, 1, 1), NOW);
        }
        long later = NOW + RemoteSlots.EARLY_MS + 1;
        slots.move(People.THERE, 3_000, positions(3_000, 3, 4), later);
        slots.bind(People.THERE, 3_000, ada, later);
        assertAt(ada, 3, 4);
    }

    @Test
    void ageGoesOnFromTheFirstNode() {
        slots.bind(People.THERE, 51, ada, NOW);
        slots.move(People.THERE, 1, aged(120, 51, 3, 4), NOW);
        assertThat(CursorSlot.ageMs(ada.cursor.value(), NOW + 30)).isEqualTo(150);
    }

    @Test
    void aPositionOlderThanItsWordCanTellDoesNotBecomeYoung() {
        slots.bind(People.THERE, 51, ada, NOW);
        long tick = 0;
        for (int age : new int[] {751, 2_000, 2_047, 2_048, 2_100, 4_096, 60_000, Integer.MAX_VALUE}) {
            slots.move(People.THERE, ++tick, aged(age, 51, 3, 4), NOW);
            assertThat(CursorSlot.ageMs(ada.cursor.value(), NOW))
                    .as("age %d", age)
                    .isEqualTo(750);
            assertThat(CursorSlot.ageMs(ada.cursor.value(), NOW + 1_000))
                    .as("age %d, a second later: the longest tick", age)
                    .isEqualTo(1_750);
        }
    }
}
