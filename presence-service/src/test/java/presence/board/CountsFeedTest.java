package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.model.BoardCounts;

/** Clients that ask for it are told how many are on the board. */
class CountsFeedTest {
    private static final int SECOND_MS = 1_000;

    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node one = cluster.newNode();
    private final FakeCluster.Node two = cluster.newNode();

    @Test
    void countsComeWithTheRosterAndCoverAllNodes() {
        two.join("Ada");
        two.observe();
        two.observe();
        cluster.pass(SECOND_MS);
        FakeClient counting = one.enterCounting("bob", false);
        cluster.settle();
        assertThat(counting.hasRoster()).isTrue();
        assertThat(counting.counts).containsExactly(new BoardCounts(2, 2, 1));
    }

    @Test
    void changesAreToldOnceASecondAtMost() {
        FakeClient counting = one.enterCounting("bob", true);
        cluster.pass(2 * SECOND_MS);
        counting.counts.clear();
        for (int i = 0; i < 10; i++) {
            one.observe();
            two.join("m" + i);
            cluster.pass(SECOND_MS / 10);
        }
        cluster.pass(2 * SECOND_MS);
        assertThat(counting.counts).hasSizeBetween(2, 3).doesNotHaveDuplicates();
        assertThat(counting.counts.get(counting.counts.size() - 1)).isEqualTo(new BoardCounts(10, 11, 0));
    }

    @Test
    void nothingIsSentWhileNothingChangesNorToClientsThatDidNotAsk() {
        FakeClient counting = one.enterCounting("bob", false);
        FakeClient other = one.join("Ada");
        cluster.pass(2 * SECOND_MS);
        counting.counts.clear();
        other.move(1, 2, cluster.nowMs);
        cluster.pass(3 * SECOND_MS);
        assertThat(counting.counts).isEmpty();
        assertThat(other.counts).isEmpty();
    }

    @Test
    void observersThatLeaveAreNotCounted() {
        FakeClient counting = one.enterCounting("bob", false);
        FakeClient here = one.observe();
        FakeClient there = two.observe();
        cluster.pass(2 * SECOND_MS);
        here.leave();
        there.leave();
        cluster.pass(2 * SECOND_MS);
        assertThat(counting.counts.get(counting.counts.size() - 1)).isEqualTo(new BoardCounts(1, 0, 1));
    }

    @Test
    void aClientThatLeftIsToldNothing() {
        one.join("Dora");
        FakeClient counting = one.enterCounting("bob", false);
        cluster.pass(2 * SECOND_MS);
        counting.leave();
        cluster.settle();
        counting.counts.clear();
        one.join("Ada");
        one.join("Cleo");
        cluster.pass(2 * SECOND_MS);
        assertThat(counting.counts).isEmpty();
    }

    @Test
    void twoTabsOfAUserAreTwoMembersAndOneUser() {
        FakeClient counting = one.enterCounting("bob", false);
        two.enterCounting("bob", false);
        cluster.pass(2 * SECOND_MS);
        assertThat(counting.counts.get(counting.counts.size() - 1)).isEqualTo(new BoardCounts(2, 0, 1));
    }
}
