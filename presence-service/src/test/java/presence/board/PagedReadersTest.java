package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import presence.model.CursorColumns;
import presence.proto.Change;
import presence.proto.Member;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.ServerFrame.FrameCase;
import presence.wire.ClientEvent;

/** Clients that get the roster in parts know a member before a frame names it, and hear only of members that they know. */
class PagedReadersTest {
    private final BoardFixture fixture = new BoardFixture(2, 1_000);
    private final List<Watcher> crowd = new ArrayList<>();

    private void crowd(int size) {
        for (int i = 0; i < size; i++) {
            crowd.add(fixture.join(fixture.watcher("m" + i, i % 2), Map.of(), false));
        }
        fixture.settle();
    }

    private Watcher paged(String name, int limit) {
        return paged(name, limit, false);
    }

    private Watcher paged(String name, int limit, boolean observer) {
        Watcher watcher = fixture.joinInParts(fixture.watcher(name, 1), observer, new byte[0], limit);
        fixture.settle();
        return watcher;
    }

    private void ask(Watcher watcher, int from, int limit) {
        watcher.seat.askForPage(new ClientEvent.RosterPage(5, 0, from, limit));
        fixture.run();
    }

    private void tick() {
        fixture.pass(BoardFixture.TICK_MS);
        fixture.run();
    }

    private static Roster roster(Watcher watcher) {
        return watcher.take(FrameCase.ROSTER).get(0).getRoster();
    }

    private static Set<String> joined(List<Change> changes) {
        Set<String> names = new TreeSet<>();
        for (Change change : changes) {
            for (Member member : change.getJoinedList()) {
                names.add(member.getProfile().getName());
            }
        }
        return names;
    }

    private void close() {
        fixture.assertInOrder();
        fixture.close();
    }

    @Test
    void aClientIsToldItselfTheFirstMembersAndTheTotal() {
        crowd(10);
        Roster roster = roster(paged("a", 4));
        assertThat(roster.getMembersList().stream()
                        .map(member -> member.getProfile().getName()))
                .containsExactly("a", "m0", "m1", "m2");
        assertThat(roster.getTotal()).isEqualTo(11);
        assertThat(roster.getNext()).isEqualTo(4);
        assertThat(roster.getMore()).isFalse();
        Roster ofObserver = roster(paged("o", 4, true));
        assertThat(ofObserver.getYou()).isZero();
        assertThat(ofObserver.getMembersCount()).isEqualTo(4);
        assertThat(ofObserver.getTotal()).isEqualTo(11);
        assertThat(fixture.metrics.pagedRosters.get()).isEqualTo(2);
        close();
    }

    @Test
    void onASmallBoardItHearsOfEverybodyAsOthersDo() {
        crowd(2);
        Watcher a = paged("a", 10);
        assertThat(roster(a).getNext()).isZero();
        crowd(2);
        assertThat(a.members).hasSize(5);
        fixture.leave(crowd.get(0));
        crowd.get(1).seat.patch(People.patch(Map.of("tool", new byte[] {7}), null));
        fixture.settle();
        assertThat(a.members).hasSize(4);
        assertThat(a.membersById()).isEqualTo(crowd.get(1).membersById());
        close();
    }

    @Test
    void aMemberIsToldBeforeTheFirstCursorThatNamesItAndOnce() {
        crowd(10);
        Watcher a = paged("a", 3);
        Watcher b = paged("b", 3);
        Watcher other = fixture.joined("other");
        a.frames.clear();
        fixture.move(crowd.get(7), 70, 80);
        tick();
        assertThat(a.frames.stream().map(ServerFrame::getFrameCase))
                .containsExactly(FrameCase.CHANGE, FrameCase.CURSORS);
        assertThat(joined(a.changes())).containsExactly("m7");
        assertThat(joined(b.changes())).contains("m7");
        assertThat(a.cursorOf("m7").getX()).isEqualTo(70);
        assertThat(other.changes()).as("changes to one that knows all").isEmpty();
        fixture.move(crowd.get(7), 71, 80);
        tick();
        assertThat(a.changes()).isEmpty();
        assertThat(a.cursorOf("m7").getX()).isEqualTo(71);
        close();
    }

    @Test
    void joinsLeavesAndUpdatesOfOthersAreNotTold() {
        crowd(10);
        Watcher a = paged("a", 3);
        a.frames.clear();
        crowd(1);
        crowd.get(8).seat.patch(People.patch(Map.of("tool", new byte[] {7}), null));
        fixture.leave(crowd.get(9));
        fixture.settle();
        assertThat(a.frames).isEmpty();
        crowd.get(0).seat.patch(People.patch(Map.of("tool", new byte[] {7}), null));
        fixture.settle();
        assertThat(a.changes()).singleElement().matches(change -> change.getUpdatedCount() == 1);
        fixture.leave(crowd.get(0));
        fixture.settle();
        assertThat(a.names()).as("another one in its place").containsExactly("a", "m1", "m2");
        close();
    }

    @Test
    void pagesTellTheRestInOrderOfSlots() {
        crowd(10);
        Watcher a = paged("a", 3);
        int next = roster(a).getNext();
        a.frames.clear();
        ask(a, next, 4);
        Change page = a.changes().get(0);
        assertThat(joined(List.of(page))).containsExactly("m2", "m3", "m4", "m5");
        assertThat(page.getPage().getInReplyTo()).isEqualTo(5);
        assertThat(page.getPage().getTotal()).isEqualTo(11);
        assertThat(page.getPage().getNext()).isEqualTo(7);
        // Those that leave or are told meanwhile change nothing for the others.
        fixture.leave(crowd.get(6));
        fixture.move(crowd.get(8), 1, 1);
        fixture.settle();
        a.frames.clear();
        ask(a, 7, 0);
        page = a.changes().get(0);
        assertThat(joined(List.of(page))).containsExactly("m7", "m9");
        assertThat(page.getPage().getNext()).isZero();
        ask(a, -1, 0);
        assertThat(a.changes()).singleElement().matches(empty -> empty.getPage().getNext() == 0);
        assertThat(a.membersById()).isEqualTo(crowd.get(0).membersById());
        assertThat(fixture.metrics.rosterPages.count()).isEqualTo(3);
        close();
    }

    @Test
    void aRequestRightBehindTheJoinIsAnsweredAfterTheRoster() {
        crowd(10);
        Watcher a = fixture.joinInParts(fixture.watcher("a", 0), false, new byte[0], 2);
        ask(a, 0, 3);
        ask(a, 0, 3);
        fixture.settle();
        assertThat(a.frames.stream().map(ServerFrame::getFrameCase))
                .containsExactly(FrameCase.ROSTER, FrameCase.CHANGE, FrameCase.CHANGE);
        assertThat(a.members).hasSize(8);
        close();
    }

    @Test
    void theSenderOfASignalIsToldFirst() {
        crowd(10);
        Watcher a = paged("a", 3);
        a.frames.clear();
        fixture.signal(crowd.get(8), "wave");
        fixture.run();
        assertThat(a.signals).hasSize(1);
        assertThat(joined(a.changes())).containsExactly("m8");
        fixture.signal(crowd.get(6), "wave", a.you);
        fixture.run();
        assertThat(a.signals).hasSize(2);
        assertThat(joined(a.changes())).containsExactly("m6");
        close();
    }

    @Test
    void aReaderThatIsBehindIsToldWhatItLacksWhenItReadsAgain() {
        crowd(10);
        Watcher a = paged("a", 3);
        a.frames.clear();
        a.writable = false;
        fixture.move(crowd.get(7), 70, 0);
        tick();
        fixture.move(crowd.get(8), 80, 0);
        tick();
        fixture.leave(crowd.get(8));
        fixture.leave(crowd.get(0));
        fixture.settle();
        assertThat(a.frames).isEmpty();
        a.becomeWritable();
        fixture.settle();
        assertThat(a.names()).containsExactlyInAnyOrder("a", "m1", "m7");
        assertThat(a.cursorOf("m7").getX()).isEqualTo(70);
        assertThat(a.isComplete()).isTrue();
        close();
    }

    @Test
    void manyUnknownMembersAreToldInPartsThatTheReaderTakes() {
        byte[] large = new byte[4_000];
        for (int i = 0; i < 60; i++) {
            crowd.add(fixture.join(fixture.watcher("m" + i, i % 2), Map.of("s", large), false));
        }
        fixture.settle();
        Watcher a = paged("a", 2);
        a.frames.clear();
        for (int i = 0; i < 60; i++) {
            fixture.move(crowd.get(i), i, 0);
        }
        tick();
        fixture.settle();
        assertThat(a.members).hasSize(61);
        assertThat(a.frames.stream()
                        .mapToInt(ServerFrame::getSerializedSize)
                        .max()
                        .orElse(0))
                .isLessThan(65_536);
        for (int i = 0; i < 60; i++) {
            assertThat(a.cursorOf("m" + i).getX()).isEqualTo(i);
        }
        assertThat(a.isComplete()).isTrue();
        close();
    }

    @Test
    void aWindowIsFilledWithMembersThatWereNotTold() {
        crowd(20);
        for (int i = 0; i < 20; i++) {
            fixture.move(crowd.get(i), i < 10 ? 0 : 1_000_000, 0);
        }
        fixture.settle();
        Watcher a = paged("a", 3);
        a.seat.show(new ClientEvent.Viewport(-1, 0, 999_000, -500, 2_000, 1_000, List.of()));
        fixture.settle();
        for (int i = 10; i < 20; i++) {
            assertThat(a.cursorOf("m" + i).getX()).isEqualTo(1_000_000);
        }
        assertThat(a.names()).doesNotContain("m5");
        close();
    }

    @Test
    void aBoardOfTenThousandCostsItsViewersWhatTheyAskFor() {
        BoardFixture large = new BoardFixture(1, 20_000);
        Watcher early = large.joinInParts(large.watcher("early", 0), false, new byte[0], 100);
        large.settle();
        presence.model.Member[] people = IntStream.rangeClosed(1, 10_000)
                .mapToObj(number -> People.member(number, number))
                .toArray(presence.model.Member[]::new);
        large.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(people)));
        for (int flush = 0; flush < 10; flush++) {
            large.settle();
        }
        assertThat(early.members).hasSize(100);
        Watcher late = large.joinInParts(large.watcher("late", 0), false, new byte[0], 100);
        large.settle();
        ServerFrame roster = late.take(FrameCase.ROSTER).get(0);
        assertThat(roster.getRoster().getTotal()).isEqualTo(10_002);
        assertThat(roster.getSerializedSize()).isLessThan(10_000);
        CursorColumns moved = new CursorColumns();
        moved.add(9_999, 16, 32, false, 0);
        large.receive(feed -> feed.onCursors(People.THERE, 1, moved));
        large.settle();
        assertThat(late.slotOf("m9999")).isGreaterThan(9_000);
        assertThat(late.cursorOf("m9999").getX()).isEqualTo(16);
        assertThat(early.cursorOf("m9999").getX()).isEqualTo(16);
        int next = roster.getRoster().getNext();
        for (int page = 0; page < 100 && next != 0; page++) {
            late.frames.clear();
            late.seat.askForPage(new ClientEvent.RosterPage(5, 0, next, 1_000));
            large.settle();
            assertThat(late.frames).hasSize(1).allMatch(frame -> frame.getSerializedSize() < 65_536);
            next = late.changes().get(0).getPage().getNext();
        }
        assertThat(late.members).hasSize(10_002);
        large.assertInOrder();
        large.close();
        fixture.close();
    }

    @Test
    void aMembersRecordIsEncodedOnceWhileItIsUnchanged() {
        crowd(3);
        paged("a", 1);
        SlotEntry entry =
                new SlotEntry(1, People.member(1, 1), People.HERE, new CursorSlot(new DirtyCursors(() -> {})));
        assertThat(entry.entry().record()).isSameAs(entry.entry().record());
        var before = entry.entry().record();
        entry.show(People.member(1, 1, "other", Map.of(), 2));
        assertThat(entry.entry().record()).isNotEqualTo(before);
        close();
    }
}
