package presence.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.wire.MemberChange;

class RosterPagerTest {
    private final SlotTable slotTable = new SlotTable();
    private final DirtyCursors dirty = new DirtyCursors(() -> {});
    private final RosterPager backlog = RosterPager.since(slotTable, 7);

    @BeforeEach
    void fourMembers() {
        for (int number = 1; number <= 4; number++) {
            add(number, number);
        }
    }

    private void add(int number, int slot) {
        slotTable.add(new SlotEntry(slot, People.member(number, slot), People.HERE, new CursorSlot(dirty)));
    }

    private Member update(int number, String name, Map<String, byte[]> state, long version) {
        SlotEntry entry = slotTable.get(People.id(number));
        Member before = entry.member;
        entry.member = People.member(number, entry.slot, name, state, version);
        backlog.updated(People.id(number), before);
        return before;
    }

    private void leave(int number, LeaveReason reason) {
        SlotEntry entry = slotTable.get(People.id(number));
        slotTable.remove(entry);
        backlog.left(People.id(number), entry.slot, reason);
    }

    /** Takes all changes, as "left 1", "joined 2", "updated 3". */
    private List<String> takeAll() {
        RosterPager.Part part = backlog.part();
        List<String> all = new ArrayList<>();
        part.forEachRemaining(change ->
                all.add(change.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + " " + change.slot()));
        part.commit();
        return all;
    }

    @Test
    void sendsEachMemberOnceHoweverOftenItChanged() {
        update(1, "one", Map.of(), 2);
        update(1, "two", Map.of(), 3);
        update(2, "three", Map.of(), 2);
        assertThat(takeAll()).containsExactly("updated 1", "updated 2");
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(takeAll()).isEmpty();
    }

    @Test
    void anUpdateIsComparedWithTheRecordTheReaderGot() {
        update(1, "m1", Map.of("a", new byte[] {1}, "b", new byte[] {1}), 2);
        backlog.part();
        RosterPager later = RosterPager.since(slotTable, 0);
        Member received = slotTable.get(People.id(1)).member;
        slotTable.get(People.id(1)).member = People.member(1, 1, "m1", Map.of("c", new byte[] {2}), 3);
        later.updated(People.id(1), received);
        slotTable.get(People.id(1)).member =
                People.member(1, 1, "new", Map.of("c", new byte[] {3}, "b", new byte[] {1}), 4);
        MemberChange.Updated change = (MemberChange.Updated) later.part().next();
        assertThat(change.profile().name()).isEqualTo("new");
        assertThat(change.status()).isNull();
        assertThat(change.set()).containsOnlyKeys("c");
        assertThat(change.unset()).containsExactly("a");
        assertThat(change.version()).isEqualTo(4);
    }

    @Test
    void aChangeThatWasUndoneIsNotSent() {
        Member before = update(1, "other", Map.of(), 2);
        slotTable.get(People.id(1)).member = before;
        assertThat(takeAll()).isEmpty();
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void aMemberThatJoinedAndLeftIsNeverSent() {
        add(5, 5);
        backlog.joined(People.id(5));
        assertThat(backlog.isCurrent(People.id(5))).isFalse();
        leave(5, LeaveReason.LEFT);
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void aMemberThatChangedAndLeftHasLeft() {
        update(1, "other", Map.of(), 2);
        leave(1, LeaveReason.TIMED_OUT);
        RosterPager.Part part = backlog.part();
        assertThat(part.next()).isEqualTo(new MemberChange.Left(1, LeaveReason.TIMED_OUT));
        assertThat(part.hasNext()).isFalse();
    }

    @Test
    void aSlotIsLeftBeforeItIsGivenToAnotherMember() {
        update(2, "other", Map.of(), 2);
        leave(1, LeaveReason.LEFT);
        add(5, 1);
        backlog.joined(People.id(5));
        assertThat(takeAll()).containsExactly("left 1", "updated 2", "joined 1");
    }

    @Test
    void aMemberThatLeftAndCameBackIsLeftAndJoined() {
        leave(1, LeaveReason.LEFT);
        add(1, 9);
        backlog.joined(People.id(1));
        assertThat(takeAll()).containsExactly("left 1", "joined 9");
    }

    @Test
    void anEntryThatWasReadAndNotTakenStays() {
        update(1, "a", Map.of(), 2);
        update(2, "b", Map.of(), 2);
        update(3, "c", Map.of(), 2);
        RosterPager.Part part = backlog.part();
        part.next();
        assertThat(part.hasNext()).isTrue();
        part.commit();
        assertThat(backlog.isCurrent(People.id(1))).isTrue();
        assertThat(backlog.isCurrent(People.id(2))).isFalse();
        assertThat(takeAll()).containsExactly("updated 2", "updated 3");
    }

    @Test
    void withoutCommitNothingIsTaken() {
        leave(1, LeaveReason.LEFT);
        update(2, "b", Map.of(), 2);
        backlog.part().forEachRemaining(change -> {});
        assertThat(takeAll()).containsExactly("left 1", "updated 2");
        assertThatThrownBy(() -> backlog.part().next()).isInstanceOf(NoSuchElementException.class);
    }
}
