package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.BoardId;
import presence.model.Profile;
import presence.wire.ErrorCode;

/** A client whose connection ended before the roster of its first join sends the same join again. */
class RepeatedJoinTest {
    private static final byte[] CHOSEN = "sixteen or more random bytes".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_KEY = {};
    /** What a client adds to the version for each join whose roster did not come. */
    private static final long ATTEMPT = 1 << 24;

    private final FakeCluster cluster = new FakeCluster();
    /** The lesser origin: it loses ties. */
    private final FakeCluster.Node one = cluster.newNode();

    private final FakeCluster.Node two = cluster.newNode();
    private final List<FakeClient> watchers = List.of(one.observe(), two.observe());

    RepeatedJoinTest() {
        cluster.settle();
    }

    private void assertThatOneMemberJoinedOnce(FakeClient there) {
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(there.lost).as("the last connection").isNull();
        assertThat(there.names()).containsExactly("Ada");
        for (FakeClient watcher : watchers) {
            assertThat(watcher.names()).containsExactly("Ada");
            assertThat(watcher.news)
                    .filteredOn(news -> !news.startsWith("updated"))
                    .containsExactly("joined Ada");
            assertThat(watcher.member("Ada").getStatus()).isEqualTo(presence.proto.Status.STATUS_ACTIVE);
            assertThat(watcher.complaints).isEmpty();
        }
        assertThat(one.metrics.localMembers.get() + two.metrics.localMembers.get())
                .isEqualTo(1);
    }

    private FakeClient cutOffAt(FakeCluster.Node node) {
        FakeClient first = node.enterWith(CHOSEN, 0);
        node.work();
        first.seat.lose();
        return first;
    }

    @Test
    void onTheSameNodeItIsTheSameMember() {
        cutOffAt(one);
        cluster.settle();
        assertThatOneMemberJoinedOnce(one.enterWith(CHOSEN, ATTEMPT));
    }

    @Test
    void onTheSameNodeItReplacesAConnectionWhoseEndIsNotKnownYet() {
        FakeClient first = one.enterWith(CHOSEN, 0);
        cluster.settle();
        FakeClient again = one.enterWith(CHOSEN, ATTEMPT);
        cluster.settle();
        assertThat(first.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(again.me().getMemberId()).isEqualTo(first.me().getMemberId());
        assertThatOneMemberJoinedOnce(again);
    }

    @Test
    void onAnotherNodeItIsTheSameMember() {
        cutOffAt(one);
        cluster.settle();
        assertThatOneMemberJoinedOnce(two.enterWith(CHOSEN, ATTEMPT));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onANodeThatHasNotHeardOfItTheLastConnectionStays(boolean firstHasTheGreaterOrigin) {
        FakeCluster.Node first = firstHasTheGreaterOrigin ? two : one;
        FakeCluster.Node other = firstHasTheGreaterOrigin ? one : two;
        // Its connection still counts as alive.
        FakeClient dead = first.enterWith(CHOSEN, 0);
        FakeClient last = other.enterWith(CHOSEN, ATTEMPT);
        assertThatOneMemberJoinedOnce(last);
        assertThat(dead.lost).isEqualTo(ErrorCode.REPLACED);
    }

    @Test
    void itsRosterHasTheKeyForResumes() {
        FakeClient first = one.enterWith(CHOSEN, 0);
        cluster.settle();
        assertThat(first.key()).hasSize(16).isNotEqualTo(CHOSEN);
        first.seat.lose();
        FakeClient resumed = two.resume(first.key());
        cluster.settle();
        assertThat(resumed.key()).isEqualTo(first.key());
        assertThatOneMemberJoinedOnce(resumed);
    }

    @Test
    void aKeyWhoseGraceIsOverMakesANewMemberThatCanBeJoinedAgain() {
        FakeClient before = one.enterWith("some other random bytes".getBytes(StandardCharsets.UTF_8), 0);
        cluster.settle();
        before.seat.lose();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        watchers.forEach(watcher -> watcher.news.clear());
        byte[] key = before.key();
        FakeClient cutOff = one.enterAs(Profile.EMPTY, FakeCluster.joinOf(FakeCluster.BOARD, key, CHOSEN, 0));
        one.work();
        cutOff.seat.lose();
        assertThatOneMemberJoinedOnce(
                two.enterAs(Profile.EMPTY, FakeCluster.joinOf(FakeCluster.BOARD, key, CHOSEN, ATTEMPT)));
    }

    @Test
    void theSameBytesOfAnotherUserMakeAnotherMember() {
        FakeClient ada = one.enterAs(
                new Profile("ada", "Ada", "", "", ""), FakeCluster.joinOf(FakeCluster.BOARD, NO_KEY, CHOSEN, 0));
        cluster.settle();
        FakeClient eve = two.enterAs(
                new Profile("eve", "Eve", "", "", ""), FakeCluster.joinOf(FakeCluster.BOARD, NO_KEY, CHOSEN, ATTEMPT));
        cluster.settle();
        assertThat(ada.lost).isNull();
        assertThat(ada.names()).hasSize(2);
        assertThat(eve.me().getMemberId()).isNotEqualTo(ada.me().getMemberId());
        assertThat(eve.key()).isNotEqualTo(ada.key());
    }

    @Test
    void theSameBytesOnAnotherBoardMakeAnotherMemberAndCountAsOne() {
        Profile ada = new Profile("ada", "Ada", "", "", "");
        FakeClient here = one.enterAs(ada, FakeCluster.joinOf(FakeCluster.BOARD, NO_KEY, CHOSEN, 0));
        FakeClient there = one.enterAs(ada, FakeCluster.joinOf(new BoardId("other"), NO_KEY, CHOSEN, 0));
        cluster.settle();
        assertThat(there.me().getMemberId()).isNotEqualTo(here.me().getMemberId());
        for (int i = 2; i < FakeCluster.USER_NODE_MEMBERS; i++) {
            one.enterAs(ada, FakeCluster.joinOf(new BoardId("other" + i), NO_KEY, CHOSEN, 0));
        }
        FakeClient beyond = one.enterAs(ada, FakeCluster.joinOf(new BoardId("beyond"), NO_KEY, CHOSEN, 0));
        cluster.settle();
        assertThat(beyond.lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
    }

    @Test
    void bytesThatAreNotRandomAreNotUsed() {
        FakeClient first = one.enterWith(new byte[16], 0);
        FakeClient other = two.enterWith(new byte[16], 0);
        cluster.settle();
        assertThat(first.lost).isNull();
        assertThat(other.lost).isNull();
        assertThat(first.key()).hasSize(16).isNotEqualTo(other.key());
    }

    @Test
    void aMemberThatLeftAndIsAwaitedElsewhereIsNotMadeAgain() {
        FakeClient first = one.enterWith(CHOSEN, 0);
        cluster.settle();
        FakeClient moved = two.enterWith(CHOSEN, ATTEMPT);
        two.work();
        moved.leave();
        FakeClient again = two.enterWith(CHOSEN, 2 * ATTEMPT);
        cluster.settle();
        assertThat(first.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(again.me().getMemberId()).isNotEqualTo(first.me().getMemberId());
        assertThat(again.names()).containsExactly("Ada");
        assertThat(Map.of("complaints", again.complaints)).containsEntry("complaints", List.of());
    }
}
