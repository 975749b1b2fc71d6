package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Locks as clients see them, on two nodes that share one memory. */
class BoardLocksTest {
    /** Of {@link FakeCluster}: locks of a member, of the board, and members that wait for one. */
    private static final int PER_MEMBER = 4;

    private static final int PER_BOARD = 6;
    private static final int PER_QUEUE = 2;
    private static final long LONGEST_MS = 60_000;
    private static final long TTL = 10_000;

    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node one = cluster.newNode();
    private final FakeCluster.Node two = cluster.newNode();

    private FakeClient enter(FakeCluster.Node node, String name) {
        FakeClient client = node.enterLocking(name);
        cluster.settle();
        return client;
    }

    private void lock(FakeClient client, String name, boolean waits) {
        client.lock(name, TTL, waits);
        cluster.settle();
    }

    private static String last(List<String> told) {
        return told.isEmpty() ? "" : told.get(told.size() - 1);
    }

    @Test
    void whoHoldsWhatIsToldToThoseWhoAsk() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        FakeClient old = two.join("Old");
        cluster.settle();
        assertThat(bob.locks).containsExactly("all");
        lock(ada, "shape", false);
        assertThat(ada.lockResults).containsExactly("GRANTED shape Ada");
        assertThat(ada.locks).containsExactly("all", "+shape=Ada");
        assertThat(bob.locks).containsExactly("all", "+shape=Ada");
        FakeClient late = enter(two, "Cid");
        assertThat(late.locks).containsExactly("all +shape=Ada");
        lock(bob, "shape", false);
        assertThat(bob.lockResults).containsExactly("DENIED shape Ada");
        ada.seat.unlock("shape");
        cluster.settle();
        assertThat(last(bob.locks)).isEqualTo("-shape");
        assertThat(old.locks).as("of a client that did not ask").isEmpty();
        lock(old, "shape", false);
        assertThat(old.lockResults).containsExactly("GRANTED shape Old");
    }

    @Test
    void aWaitingMemberIsToldWhenItIsItsTurn() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        FakeClient cid = enter(one, "Cid");
        lock(ada, "shape", true);
        lock(bob, "shape", true);
        lock(cid, "shape", true);
        assertThat(bob.lockResults).containsExactly("QUEUED shape Ada");
        ada.seat.unlock("shape");
        cluster.settle();
        assertThat(bob.lockResults).containsExactly("QUEUED shape Ada", "GRANTED shape Bob");
        assertThat(cid.lockResults).containsExactly("QUEUED shape Ada");
        bob.leave();
        cluster.settle();
        assertThat(cid.lockResults).containsExactly("QUEUED shape Ada", "GRANTED shape Cid");
        assertThat(cid.granted.get(0)).isGreaterThan(bob.granted.get(0));
        assertThat(bob.granted.get(0)).isGreaterThan(ada.granted.get(0));
    }

    @Test
    void whoWaitsNoMoreIsPassedOver() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        lock(ada, "shape", true);
        lock(bob, "shape", true);
        bob.seat.unlock("shape");
        ada.seat.unlock("shape");
        cluster.settle();
        assertThat(last(ada.locks)).isEqualTo("-shape");
        assertThat(bob.lockResults).containsExactly("QUEUED shape Ada");
    }

    @Test
    void aLockEndsWithTheGraceOfItsHolder() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        ada.lock("shape", LONGEST_MS, false);
        cluster.settle();
        ada.seat.lose();
        cluster.pass(FakeCluster.GRACE_MS - 500);
        assertThat(last(bob.locks)).isEqualTo("+shape=Ada");
        cluster.pass(1_000);
        assertThat(last(bob.locks)).isEqualTo("-shape");
    }

    @Test
    void aResumeOnAnotherNodeKeepsTheLock() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        ada.lock("shape", LONGEST_MS, false);
        cluster.settle();
        ada.seat.lose();
        FakeClient again = two.enterLocking("Ada", ada.key());
        cluster.settle();
        assertThat(again.locks).containsExactly("all +shape=Ada");
        one.bus.close();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(last(bob.locks)).as("its first node has stopped").isEqualTo("+shape=Ada");
        lock(again, "shape", false);
        assertThat(again.lockResults).containsExactly("GRANTED shape Ada");
        assertThat(again.granted).as("a renewal").isEqualTo(ada.granted);
        again.leave();
        cluster.settle();
        assertThat(last(bob.locks)).isEqualTo("-shape");
    }

    @Test
    void aLockThatIsRenewedOnAnotherNodeBelongsToThatNode() {
        FakeClient bob = enter(cluster.newNode(), "Bob");
        FakeClient ada = one.join("Ada");
        cluster.settle();
        lock(ada, "shape", false);
        ada.seat.lose();
        // This node reads locks only when the first client uses them.
        FakeClient again = two.resume(ada.key());
        cluster.settle();
        lock(again, "shape", false);
        assertThat(again.granted).as("a renewal").isEqualTo(ada.granted);
        one.bus.close();
        cluster.settle();
        assertThat(last(bob.locks)).isEqualTo("+shape=Ada");
    }

    @Test
    void theLocksOfANodeThatStopsEnd() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        lock(ada, "shape", false);
        lock(bob, "shape", true);
        one.bus.close();
        cluster.settle();
        assertThat(bob.lockResults).containsExactly("QUEUED shape Ada", "GRANTED shape Bob");
    }

    @Test
    void aLockThatIsNotRenewedEndsAtItsTime() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        lock(ada, "shape", false);
        lock(bob, "shape", true);
        cluster.pass(TTL - 1_000);
        lock(ada, "shape", false);
        cluster.pass(TTL - 1_000);
        assertThat(bob.lockResults).containsExactly("QUEUED shape Ada");
        cluster.pass(2_000);
        assertThat(bob.lockResults).containsExactly("QUEUED shape Ada", "GRANTED shape Bob");
        assertThat(last(ada.locks)).isEqualTo("+shape=Bob");
        cluster.pass(TTL + 1_000);
        assertThat(last(ada.locks)).isEqualTo("-shape");
    }

    @Test
    void theBoundsAreTold() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        for (int i = 0; i <= PER_MEMBER; i++) {
            lock(ada, "a" + i, false);
        }
        assertThat(ada.lockResults).hasSize(PER_MEMBER + 1).last().isEqualTo("error too_many_locks");
        for (int i = PER_MEMBER; i <= PER_BOARD; i++) {
            lock(bob, "b" + i, false);
        }
        assertThat(bob.lockResults).last().isEqualTo("error too_many_locks");
        for (int i = 0; i <= PER_QUEUE; i++) {
            FakeClient other = enter(two, "Other");
            lock(other, "a0", true);
            assertThat(other.lockResults).containsExactly(i < PER_QUEUE ? "QUEUED a0 Ada" : "error lock_queue_full");
        }
        assertThat(two.count("presence.lock.requests", "result", "limited")).isEqualTo(2);
        FakeClient cid = enter(one, "Cid");
        cid.lock("c", 999, false);
        cid.lock("c", LONGEST_MS + 1, false);
        cluster.settle();
        assertThat(cid.lockResults).containsExactly("error lock_invalid", "error lock_invalid");
    }

    @Test
    void aReaderThatIsBehindIsToldAllWhenItReads() {
        FakeClient ada = enter(one, "Ada");
        FakeClient bob = enter(two, "Bob");
        bob.clear = false;
        lock(ada, "a", false);
        lock(ada, "b", false);
        assertThat(bob.locks).containsExactly("all");
        ada.seat.unlock("a");
        cluster.settle();
        bob.read();
        cluster.settle();
        assertThat(bob.locks).containsExactly("all", "all +b=Ada");
        lock(ada, "a", false);
        assertThat(last(bob.locks)).isEqualTo("+a=Ada");
    }

    @Test
    void anObserverHoldsNone() {
        FakeClient ada = enter(one, "Ada");
        lock(ada, "shape", false);
        FakeClient observer = two.observe();
        cluster.settle();
        observer.lock("shape", TTL, false);
        cluster.settle();
        assertThat(observer.lockResults).isEmpty();
    }
}
