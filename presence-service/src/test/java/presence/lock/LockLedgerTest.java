package presence.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import presence.lock.LockAnswer.Outcome;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;

class LockLedgerTest {
    private static final LockLimits LIMITS = new LockLimits(2, 3, 1, 60_000, 0);
    private static final MemberId ADA = new MemberId(1, 1);
    private static final MemberId BOB = new MemberId(2, 2);
    private static final MemberId CID = new MemberId(3, 3);
    private static final long TTL = 1_000;

    private final Origin here = new Origin(NodeId.random(), 0);
    private final Origin there = new Origin(NodeId.random(), 0);
    private LockLedger ledger = new LockLedger();
    private long nowMs = 5_000;

    private LockLedger now() {
        return ledger.at(nowMs, 1_000 * nowMs, 0);
    }

    private LockAnswer lock(String name, MemberId member) {
        return now().lock(new LockRequest(name, member, TTL, false), here, LIMITS, null);
    }

    private Outcome queue(String name, MemberId member) {
        return now().lock(new LockRequest(name, member, TTL, true), here, LIMITS, null)
                .outcome();
    }

    private Lock held(String name) {
        return now().all().stream()
                .filter(lock -> lock.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Test
    void anotherMemberIsDeniedUntilTheLockIsGivenBack() {
        Lock first = lock("a", ADA).lock();
        LockAnswer denied = lock("a", BOB);
        assertThat(denied.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(denied.lock().holder()).isEqualTo(ADA);
        now().unlock("a", BOB);
        assertThat(held("a").holder()).isEqualTo(ADA);
        now().unlock("a", ADA);
        LockAnswer granted = lock("a", BOB);
        assertThat(granted.outcome()).isEqualTo(Outcome.GRANTED);
        assertThat(granted.lock().fencing()).isGreaterThan(first.fencing());
    }

    @Test
    void aRenewalKeepsTheNumberAndBeginsTheTimeAnew() {
        Lock first = lock("a", ADA).lock();
        nowMs += TTL - 1;
        LockAnswer renewed = lock("a", ADA);
        assertThat(renewed.outcome()).isEqualTo(Outcome.RENEWED);
        assertThat(renewed.lock().fencing()).isEqualTo(first.fencing());
        nowMs += TTL - 1;
        assertThat(held("a").leftMs()).isEqualTo(1);
        nowMs++;
        assertThat(held("a")).isNull();
    }

    @Test
    void whoWaitsLongestIsNext() {
        lock("a", ADA);
        assertThat(queue("a", BOB)).isEqualTo(Outcome.QUEUED);
        assertThat(queue("a", CID)).isEqualTo(Outcome.QUEUE_FULL);
        assertThat(queue("a", BOB)).as("again").isEqualTo(Outcome.QUEUED);
        now().unlock("a", ADA);
        assertThat(held("a").holder()).isEqualTo(BOB);
        assertThat(queue("a", CID)).isEqualTo(Outcome.QUEUED);
        nowMs += TTL;
        assertThat(held("a").holder()).as("after the time of the lock").isEqualTo(CID);
    }

    @Test
    void aMemberThatAsksWithoutWaitingWaitsNoMore() {
        lock("a", ADA);
        queue("a", BOB);
        assertThat(lock("a", BOB).outcome()).isEqualTo(Outcome.DENIED);
        now().unlock("a", ADA);
        assertThat(held("a")).isNull();
    }

    @Test
    void theBoundsHold() {
        lock("a", ADA);
        lock("b", ADA);
        assertThat(lock("c", ADA).outcome()).isEqualTo(Outcome.MEMBER_FULL);
        assertThat(lock("a", ADA).outcome()).isEqualTo(Outcome.RENEWED);
        lock("c", BOB);
        assertThat(lock("d", CID).outcome()).isEqualTo(Outcome.BOARD_FULL);
        queue("a", BOB);
        assertThat(queue("b", BOB)).as("waiting counts").isEqualTo(Outcome.MEMBER_FULL);
    }

    @Test
    void whatIsClaimedOutlivesTheNodeBefore() {
        lock("a", ADA);
        lock("b", BOB);
        queue("a", CID);
        now().claim(ADA, there);
        now().reap(here, 0);
        assertThat(now().all()).extracting(Lock::name).containsExactly("a");
        now().release(ADA, 0);
        assertThat(now().all()).as("its queue was reaped").isEmpty();
    }

    @Test
    void whatWasRenewedAMomentAgoStaysForAsLongAsItsClientMayCount() {
        lock("a", ADA);
        queue("a", CID);
        nowMs += 100;
        lock("b", BOB);
        nowMs += 300;
        now().reap(here, 400);
        assertThat(now().all()).extracting(Lock::name).containsExactly("b");
        assertThat(held("b").leftMs()).isEqualTo(100);
        nowMs += 100;
        assertThat(held("b")).isNull();
    }

    @Test
    void requestsThatAreLateDoNotTakeOrGiveBackTheLockOnAnotherNode() {
        lock("a", ADA);
        now().claim(ADA, there);
        assertThat(lock("a", ADA).outcome()).isEqualTo(Outcome.RENEWED);
        assertThat(held("a").owner()).isEqualTo(there);
        now().unlock("a", ADA, 0, here.node());
        assertThat(held("a")).as("given back by the node before").isNotNull();
        now().unlock("a", ADA, 0, there.node());
        assertThat(held("a")).isNull();
    }

    @Test
    void lostLocksAreRestoredAndReleasedOnesAreNot() {
        Lock first = lock("a", ADA).lock();
        Lock second = lock("b", BOB).lock();
        ledger = new LockLedger();
        nowMs += 10;
        Lock other = lock("c", CID).lock();
        assertThat(other.fencing()).as("after a loss").isGreaterThan(second.fencing());
        LockAnswer denied = now().lock(new LockRequest("a", CID, TTL, false), there, LIMITS, first);
        assertThat(denied.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(denied.lock().fencing()).isEqualTo(first.fencing());
        now().restore(List.of(second), there);
        assertThat(held("b").owner()).isEqualTo(there);
        now().unlock("b", BOB);
        now().restore(List.of(second), there);
        assertThat(held("b")).as("released since").isNull();
        now().unlock("c", CID);
        now().restore(List.of(other), there);
        assertThat(held("c")).as("released, nothing was lost").isNull();
    }

    @Test
    void numbersRiseThoughTheClockWasSetBack() {
        long first = lock("a", ADA).lock().fencing();
        now().unlock("a", ADA);
        nowMs -= 3_000;
        long second = lock("a", ADA).lock().fencing();
        assertThat(second).isGreaterThan(first);
        LockLedger lost = new LockLedger().at(nowMs, 1_000 * nowMs, second);
        long third = lost.lock(new LockRequest("a", BOB, TTL, false), here, LIMITS, null)
                .lock()
                .fencing();
        assertThat(third).as("from a node that knows").isGreaterThan(second);
    }
}
