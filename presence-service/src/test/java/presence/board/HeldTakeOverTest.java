package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.SegmentDelta;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/**
 * A client opens a connection to another node while the one before still serves it, as in a rolling restart. The node
 * before hears of it only when the client has its roster: until then it goes on serving.
 */
class HeldTakeOverTest {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node one = cluster.newNode();
    private final FakeCluster.Node two = cluster.newNode();
    private final List<FakeClient> watchers = List.of(one.observe(), two.observe());
    private final FakeClient ada = one.join("Ada");

    HeldTakeOverTest() {
        cluster.settle();
        watchers.forEach(watcher -> watcher.news.clear());
    }

    /** Resumes at the other node, with a connection that takes nothing yet. */
    private FakeClient slowlyAtTwo() {
        FakeClient next = two.resume(ada.key());
        next.clear = false;
        return next;
    }

    private void assertThatAdaIsThereOnce() {
        for (FakeClient watcher : watchers) {
            assertThat(watcher.names()).containsExactly("Ada");
            assertThat(watcher.news).allMatch(news -> news.startsWith("updated Ada"));
            assertThat(watcher.complaints).isEmpty();
        }
        assertThat(one.metrics.localMembers.get() + two.metrics.localMembers.get())
                .isEqualTo(1);
    }

    @Test
    void theConnectionBeforeStaysUntilTheNewOneHasItsRoster() {
        FakeClient next = slowlyAtTwo();
        cluster.pass(500);
        assertThat(next.hasRoster()).isFalse();
        assertThat(ada.lost).isNull();
        next.read();
        cluster.settle();
        assertThat(next.hasRoster()).isTrue();
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        assertThatAdaIsThereOnce();
    }

    @Test
    void aRosterThatWasWrittenAndNotTakenIsNotThereYet() {
        FakeClient next = two.resume(ada.key());
        next.stopsAtRoster = true;
        cluster.pass(500);
        assertThat(next.hasRoster()).isTrue();
        assertThat(ada.lost).isNull();
        next.read();
        cluster.settle();
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        assertThatAdaIsThereOnce();
    }

    @Test
    void theNewsDoNotWaitForever() {
        FakeClient next = slowlyAtTwo();
        cluster.pass(MemberLifecycle.MOST_HELD_MS + 500);
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(next.lost).isNull();
        assertThatAdaIsThereOnce();
    }

    @Test
    void aNewConnectionThatEndsBeforeItsRosterWasNeverThere() {
        FakeClient next = slowlyAtTwo();
        cluster.pass(100);
        next.seat.lose();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(ada.lost).isNull();
        ada.move(3, 4, cluster.nowMs);
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("3,4"));
        assertThat(watchers)
                .allMatch(watcher -> watcher.member("Ada").getStatus() == presence.proto.Status.STATUS_ACTIVE);
        for (FakeClient watcher : watchers) {
            assertThat(watcher.news).as("not even away").doesNotContain("updated Ada away");
        }
        assertThatAdaIsThereOnce();
        assertThat(two.metrics.localMembers).hasValue(0);
    }

    @Test
    void theNewsDoNotWaitWhenTheConnectionBeforeIsLost() {
        FakeClient next = slowlyAtTwo();
        cluster.pass(100);
        ada.seat.lose();
        cluster.pass(200);
        assertThat(one.metrics.localMembers).hasValue(0);
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(next.lost).isNull();
        assertThatAdaIsThereOnce();
    }

    @Test
    void aLeaveMeanwhileIsFinal() {
        FakeClient next = slowlyAtTwo();
        cluster.pass(100);
        next.leave();
        cluster.pass(1_000);
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(watchers).allMatch(watcher -> watcher.names().isEmpty());
        assertThat(watchers).allMatch(watcher -> watcher.news.contains("left Ada LEFT"));
        assertThat(one.metrics.localMembers).hasValue(0);
        assertThat(two.metrics.localMembers).hasValue(0);
    }

    @Test
    void aSignalEndsTheWaitBecauseItComesAfterTheStateBeforeIt() {
        FakeClient next = slowlyAtTwo();
        cluster.pass(100);
        next.seat.patch(new ClientEvent.StatePatch(1, 0, Map.of("n", new byte[1]), List.of(), null, Status.BUSY));
        next.seat.signal(new ClientEvent.Signal(ClientEvent.NO_REQUEST_ID, 0, "wave", new byte[1], List.of()));
        cluster.settle();
        assertThat(watchers.get(0).signals).hasSize(1);
        assertThat(watchers.get(0).member("Ada").getStateMap()).containsOnlyKeys("n");
    }

    @Test
    void whatIsHeldIsInNoWrittenSegmentAndIsPublishedWhenItsFormerNodeIsGone() {
        BoardFixture fixture = new BoardFixture();
        fixture.joined("Bob");
        byte[] key = {1, 2, 3};
        KeyHash hash = KeyHash.of(key);
        Member there = new Member(
                hash.memberId(), 9, People.named("Ada"), Status.ACTIVE, PresenceState.of(Map.of()), 1, 0, hash);
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(there)));
        fixture.settle();
        Watcher next = fixture.watcher("Ada", 0);
        next.writable = false;
        next.seat = fixture.boards.join(
                new ClientEvent.Join(7, People.BOARD, null, Status.ACTIVE, Map.of(), key, false, new byte[0], 0, false),
                next,
                Profile.EMPTY);
        fixture.settle();
        List<String> written = new ArrayList<>();
        fixture.receive(feed -> feed.localMembers()
                .forEach(member -> written.add(member.profile().name())));
        fixture.run();
        assertThat(written).containsExactly("Bob");
        fixture.published.clear();
        fixture.receive(feed -> feed.onOwnerGone(People.THERE, LeaveReason.NODE_LOST));
        fixture.settle();
        assertThat(fixture.published)
                .flatExtracting(SegmentDelta::upserted)
                .extracting(member -> member.profile().name())
                .containsExactly("Ada");
        fixture.close();
    }
}
