package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.CursorColumns;

class ViewportFilterTest implements ViewportFilter.Output {
    private static final int TICK_MS = 50;
    private static final int MEMBERS = ViewportFilter.MOST_IN_ROUNDS + 100;

    private final ViewportFilter filter = new ViewportFilter(16, TICK_MS, 1, this);
    private final Map<Integer, Integer> shown = new HashMap<>();
    /** How often each slot was in a frame. */
    private final Map<Integer, Integer> times = new HashMap<>();

    private long tick = 1;

    private void move(int members, int x) {
        move(MEMBERS, members, x);
    }

    private void move(int ofMembers, int members, int x) {
        CursorColumns moved = new CursorColumns();
        for (int slot = 1; slot <= members; slot++) {
            moved.add(slot, x, 0, false, 0);
        }
        tick++;
        filter.ticked(moved, ofMembers, tick, tick * TICK_MS);
    }

    @Test
    void aLargeBoardThatBecomesQuietSendsWhatWasNotShown() {
        filter.add(0, 100_000, 100_000, 2_000, 1_000, new int[0]);
        for (int i = 0; i < 20; i++) {
            move(MEMBERS, i);
        }
        filter.round(MEMBERS, tick * TICK_MS);
        assertThat(filter.isOn()).isTrue();
        assertThat(shown).as("no member is in the window").isEmpty();
        for (int i = 0; i < 100 && filter.isOn(); i++) {
            move(1, 77);
        }
        assertThat(filter.isOn()).isFalse();
        assertThat(shown).hasSize(MEMBERS).containsEntry(1, 77).containsEntry(MEMBERS, 19);
    }

    @Test
    void onASmallBoardEachMemberOutsideOfAWindowComesOnceASecond() {
        // As many slots as two rounds look at.
        int members = 199;
        filter.add(0, 100_000, 100_000, 2_000, 1_000, new int[0]);
        while (!filter.isOn()) {
            move(members, members, (int) tick);
        }
        times.clear();
        for (int round = 1; round <= 6; round++) {
            for (int ms = 0; ms < ViewportFilter.ROUND_MS; ms += TICK_MS) {
                move(members, members, (int) tick);
            }
            filter.round(members, tick * TICK_MS);
        }
        assertThat(times).hasSize(members);
        assertThat(times.values()).allMatch(count -> count == 3);
    }

    @Test
    void membersAtRestHaveTheirTurnWithinASecondWhereMoreMoveThanAFrameHolds() {
        filter.add(0, -2_000, -1_000, 4_000, 2_000, new int[0]);
        while (!filter.isOn()) {
            move(MEMBERS, (int) tick);
        }
        int last = (int) tick;
        move(MEMBERS, last);
        for (int i = 1; i <= 1_000 / TICK_MS; i++) {
            move(View.MOST + 50, last + i);
        }
        for (int slot = View.MOST + 51; slot <= MEMBERS; slot++) {
            assertThat(shown).containsEntry(slot, last);
        }
    }

    @Override
    public void toView(View view, CursorColumns positions, long since) {
        note(positions);
    }

    @Override
    public void toViewer(Viewer viewer, CursorColumns positions, long since) {
        note(positions);
    }

    @Override
    public void toViewers(CursorColumns positions, long since) {
        note(positions);
    }

    private void note(CursorColumns positions) {
        for (int row = 0; row < positions.size(); row++) {
            shown.put(positions.slot(row), positions.x(row));
            times.merge(positions.slot(row), 1, Integer::sum);
        }
    }
}
