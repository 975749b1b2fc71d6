package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.model.Kick;
import presence.model.Profile;
import presence.wire.ErrorCode;

/** Observers that become members, and members that become observers, on their connection. */
class ExchangeTest {
    private static final int LONG_MS = 3_000;

    private final BoardFixture fixture = new BoardFixture(2, 3);

    @AfterEach
    void nothingWasLostOrLeaked() {
        fixture.assertInOrder();
        fixture.close();
    }

    private Watcher observer() {
        Watcher watcher = fixture.join(fixture.watcher("Eve", 1), Map.of(), true);
        fixture.settle();
        return watcher;
    }

    private void exchange(Watcher watcher) {
        fixture.exchange(watcher);
        fixture.settle();
    }

    @Test
    void anObserverBecomesAMemberAndBack() {
        Watcher ada = fixture.joined("Ada");
        Watcher eve = observer();
        ada.changes();
        exchange(eve);
        assertThat(eve.you).isPositive();
        assertThat(ada.names()).containsExactlyInAnyOrder("Ada", "Eve");
        assertThat(eve.names()).isEqualTo(ada.names());
        assertThat(ada.changes()).singleElement().matches(change -> change.getJoinedCount() == 1);
        assertThat(eve.changes()).as("of itself").isEmpty();
        fixture.move(eve, 3, 4);
        fixture.settle();
        assertThat(ada.cursorOf("Eve").getX()).isEqualTo(3);
        exchange(eve);
        assertThat(eve.you).isZero();
        assertThat(ada.changes()).singleElement().matches(change -> change.getLeftCount() == 1);
        assertThat(eve.changes()).as("of itself").isEmpty();
        assertThat(eve.names()).containsExactly("Ada");
        assertThat(fixture.metrics.localMembers).hasValue(1);
    }

    @Test
    void bothNodesSeeItOnceAndCountsFollow() {
        FakeCluster cluster = new FakeCluster();
        FakeCluster.Node one = cluster.newNode();
        FakeCluster.Node two = cluster.newNode();
        FakeClient bob = two.enterCounting("bob", false);
        FakeClient eve = one.observe();
        cluster.pass(LONG_MS);
        bob.news.clear();
        eve.news.clear();
        one.exchange(eve, "eve");
        cluster.pass(LONG_MS);
        assertThat(bob.news).containsExactly("joined eve");
        assertThat(eve.news).isEmpty();
        assertThat(last(bob)).isEqualTo(last(eve)).isEqualTo("2 0 2");
        one.exchange(eve, "eve");
        cluster.pass(LONG_MS);
        assertThat(bob.news).containsExactly("joined eve", "left eve LEFT");
        assertThat(eve.news).isEmpty();
        assertThat(last(bob)).isEqualTo(last(eve)).isEqualTo("1 1 1");
        assertThat(eve.complaints).isEmpty();
    }

    private static String last(FakeClient client) {
        var counts = client.counts.get(client.counts.size() - 1);
        return counts.members() + " " + counts.observers() + " " + counts.users();
    }

    @Test
    void theOldSeatIsServedUntilTheRosterOfTheNewOne() {
        Watcher ada = fixture.joined("Ada");
        Watcher eve = observer();
        fixture.memory.add(BoardFixture.MEMORY + 1);
        exchange(eve);
        assertThat(eve.you).as("rosters wait while memory is short").isZero();
        fixture.move(ada, 5, 6);
        fixture.signal(ada, "wave");
        fixture.settle();
        assertThat(ada.names()).contains("Eve");
        assertThat(eve.names()).as("its own joined").containsExactly("Ada");
        fixture.memory.add(-BoardFixture.MEMORY);
        fixture.settle();
        assertThat(eve.you).isPositive();
        assertThat(eve.cursorOf("Ada").getX()).isEqualTo(5);
    }

    @Test
    void cursorsAndSignalsComeBeforeTheRoster() {
        Watcher ada = fixture.joined("Ada");
        Watcher eve = observer();
        eve.frames.clear();
        fixture.exchange(eve);
        fixture.move(ada, 5, 6);
        fixture.signal(ada, "wave");
        fixture.settle();
        assertThat(eve.signals).hasSize(1);
        assertThat(eve.cursorOf("Ada").getX()).isEqualTo(5);
    }

    @Test
    void aRefusedExchangeLeavesTheOldSeatAsItWas() {
        Watcher eve = observer();
        fixture.receive(feed -> feed.onDelta(
                People.THERE, 0, 1, People.upsert(People.member(1, 1), People.member(2, 2), People.member(3, 3))));
        fixture.settle();
        Seat before = eve.seat;
        exchange(eve);
        assertThat(eve.lost).isSameAs(eve.seat);
        assertThat(eve.errors())
                .singleElement()
                .matches(error -> error.getCode().equals("board_full"));
        assertThat(eve.seat.fallback()).isSameAs(before);
        eve.rostersToCome--;
        eve.seat = before;
        fixture.receive(
                feed -> feed.onDelta(People.THERE, 1, 2, People.upsert(People.member(1, 1, "new", Map.of(), 2))));
        fixture.settle();
        assertThat(eve.names()).contains("new");
    }

    @Test
    void aFullBoardHasRoomForTheRoleThatItsClientGivesUp() {
        fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher eve = observer();
        exchange(eve);
        assertThat(eve.you).isPositive();
        exchange(bob);
        assertThat(bob.you).isZero();
        assertThat(bob.errors()).isEmpty();
    }

    @Test
    void aClientThatLeavesAtOnceIsGoneInBothRoles() {
        Watcher ada = fixture.joined("Ada");
        Watcher eve = observer();
        fixture.exchange(eve);
        fixture.leave(eve);
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada");
        fixture.watchers.add(eve);
        eve.frames.clear();
        fixture.move(ada, 1, 2);
        fixture.settle();
        fixture.leave(ada);
        fixture.settle();
        assertThat(eve.frames).as("what is sent to it after that").isEmpty();
        eve.rostersToCome = 0;
        fixture.pass(BoardFixture.LINGER_MS + BoardFixture.ROSTER_TICK_MS);
        fixture.settle();
        assertThat(fixture.boards.all()).as("boards with a holder").isEmpty();
    }

    @Test
    void aJoinThatWaitsIsReplacedByOneThatIsDecidedBefore() {
        Watcher eve = fixture.join("Eve");
        fixture.exchange(eve);
        for (int frames = 0; frames < 100; frames++) {
            eve.seat.react("heart");
        }
        fixture.settle();
        assertThat(eve.you).isZero();
        assertThat(fixture.metrics.localMembers).hasValue(0);
        fixture.leave(eve);
        fixture.settle();
        fixture.pass(BoardFixture.LINGER_MS + BoardFixture.ROSTER_TICK_MS);
        fixture.settle();
        assertThat(fixture.boards.all()).as("boards with a holder").isEmpty();
    }

    @Test
    void aKickEndsBothSeats() {
        FakeCluster cluster = new FakeCluster();
        FakeCluster.Node node = cluster.newNode();
        FakeClient bob = node.join("Bob");
        Profile user = new Profile("eve", "eve", "", "", "");
        FakeClient eve = node.enterAs(user, new byte[0]);
        cluster.settle();
        node.exchange(eve, "eve");
        node.boards.kick(new Kick(null, null, "eve", "out", 0));
        cluster.settle();
        assertThat(eve.lost).isEqualTo(ErrorCode.KICKED);
        assertThat(bob.news).as("it was there before").containsExactly("left eve LEFT");
        bob.leave();
        cluster.settle();
        cluster.pass(LONG_MS);
        assertThat(node.boards.all()).as("boards with a holder").isEmpty();
    }
}
