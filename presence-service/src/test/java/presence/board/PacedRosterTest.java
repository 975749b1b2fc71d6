package presence.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.model.MemberId;
import presence.wire.MemberView;

class PacedRosterTest {
    private final Occupants occupants = new Occupants();
    private final DirtyCursors dirty = new DirtyCursors(() -> {});

    @BeforeEach
    void fourMembers() {
        for (int number = 1; number <= 4; number++) {
            add(number);
        }
    }

    private Occupant add(int number) {
        Occupant occupant = new Occupant(number, People.member(number, number), People.HERE, new CursorSlot(dirty));
        occupants.add(occupant);
        return occupant;
    }

    private void leave(PacedRoster roster, int number) {
        Occupant gone = occupants.get(People.id(number));
        occupants.remove(gone);
        roster.forget(People.id(number));
    }

    private static List<MemberId> rest(PacedRoster roster) {
        List<MemberId> rest = new ArrayList<>();
        while (roster.hasNext()) {
            rest.add(roster.next().id());
        }
        return rest;
    }

    /** A roster of which two members were told in the first part. */
    private PacedRoster halfTold() {
        PacedRoster roster = new PacedRoster(occupants);
        roster.next();
        roster.next();
        roster.pace();
        return roster;
    }

    @Test
    void tellsEverybodyOnceInOrder() {
        PacedRoster roster = new PacedRoster(occupants);
        assertThat(rest(roster)).containsExactly(People.id(1), People.id(2), People.id(3), People.id(4));
        assertThatThrownBy(roster::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void knowsExactlyWhomItTold() {
        PacedRoster roster = halfTold();
        assertThat(roster.knows(People.id(1))).isTrue();
        assertThat(roster.knows(People.id(2))).isTrue();
        assertThat(roster.knows(People.id(3))).isFalse();
        roster.next();
        assertThat(roster.knows(People.id(3))).isTrue();
    }

    @Test
    void whoLeftBeforeItsPartIsNeverTold() {
        PacedRoster roster = halfTold();
        leave(roster, 3);
        assertThat(rest(roster)).containsExactly(People.id(4));
    }

    @Test
    void aLeaveIsNewsOnlyForWhoWasTold() {
        PacedRoster roster = halfTold();
        assertThat(roster.forget(People.id(1))).isTrue();
        assertThat(roster.forget(People.id(3))).isFalse();
        assertThat(roster.knows(People.id(1))).isFalse();
    }

    @Test
    void whoWasToldByAChangeIsNotToldAgain() {
        PacedRoster roster = halfTold();
        // Left and joined again under the same id, for example on another node.
        leave(roster, 3);
        add(3);
        roster.told(People.id(3));
        assertThat(rest(roster)).containsExactly(People.id(4));
    }

    @Test
    void whoCameLaterIsToldByAChangeAlone() {
        PacedRoster roster = halfTold();
        add(5);
        roster.told(People.id(5));
        assertThat(rest(roster)).containsExactly(People.id(3), People.id(4));
        assertThat(roster.knows(People.id(5))).isTrue();
    }

    @Test
    void membersAreReadWhenTheirPartIsEncoded() {
        PacedRoster roster = halfTold();
        Occupant third = occupants.get(People.id(3));
        third.member = People.member(3, 3, "renamed", Map.of(), 2);
        MemberView view = roster.next();
        assertThat(view.profile().name()).isEqualTo("renamed");
        assertThat(view.version()).isEqualTo(2);
    }

    @Test
    void whenAllTheRestLeftThereIsNoMore() {
        PacedRoster roster = halfTold();
        leave(roster, 3);
        leave(roster, 4);
        assertThat(roster.hasNext()).isFalse();
    }
}
