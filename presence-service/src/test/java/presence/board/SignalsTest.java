package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.proto.Signal;

/** Signals between members, and from operators. */
class SignalsTest {
    private final BoardFixture fixture = new BoardFixture();

    @AfterEach
    void nothingWasLostOrLeaked() {
        fixture.assertInOrder();
        fixture.close();
    }

    @Test
    void aSignalReachesAllOthersStampedWithItsSenderAndNotBack() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher observer = fixture.observe("watching");
        fixture.settle();
        fixture.signal(ada, "wave");
        fixture.settle();
        assertThat(bob.signals).hasSize(1);
        assertThat(bob.signals.get(0).getFrom()).isEqualTo(ada.you);
        assertThat(bob.signals.get(0).getType()).isEqualTo("wave");
        assertThat(observer.signals).hasSize(1);
        assertThat(ada.signals).isEmpty();
        assertThat(fixture.publishedSignals).containsExactly("wave to []");
    }

    @Test
    void signalsThatComeTogetherLeaveWithOneWrite() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.settle();
        int before = bob.flushes;
        for (int i = 0; i < 10; i++) {
            fixture.signal(ada, "wave");
        }
        fixture.settle();
        assertThat(bob.signals).hasSize(10);
        assertThat(bob.unflushed).isFalse();
        assertThat(bob.flushes).isEqualTo(before + 1);
    }

    @Test
    void pendingSignalsOfALeavingClientAreSentAtOnce() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.settle();
        fixture.signal(ada, "wave");
        bob.seat.leave(LeaveReason.LEFT);
        fixture.settle();
        assertThat(bob.signals).hasSize(1);
        assertThat(bob.unflushed).isFalse();
    }

    @Test
    void aSignalWithRecipientsReachesEachOnceAndNoOthers() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher cid = fixture.joined("Cid");
        fixture.receive(
                feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9), People.member(2, 8))));
        fixture.settle();
        fixture.signal(ada, "wave", bob.you, bob.you, 999, -1, 0, ada.slotOf("m1"));
        fixture.settle();
        assertThat(bob.signals).hasSize(1);
        assertThat(cid.signals).isEmpty();
        assertThat(fixture.publishedSignals).containsExactly("wave to [" + People.id(1) + "]");
    }

    @Test
    void aSignalBehindAJoinComesBehindItsJoined() {
        Watcher ada = fixture.joined("Ada");
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        fixture.run();
        Watcher bob = fixture.join("Bob");
        fixture.signal(bob, "wave");
        fixture.run();
        assertThat(ada.signals).hasSize(1);
        assertThat(ada.signals.get(0).getFrom()).isEqualTo(ada.slotOf("Bob"));
    }

    @Test
    void aSignalFromAnotherNodeReachesItsRecipientsHere() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        fixture.settle();
        fixture.receive(feed -> feed.onSignal(People.id(1), "all", new byte[0], List.of()));
        MemberId adasId = fixture.published.get(0).upserted().get(0).id();
        fixture.receive(feed -> feed.onSignal(People.id(1), "ada", new byte[0], List.of(adasId, People.id(1))));
        fixture.receive(feed -> feed.onSignal(People.id(77), "unknown", new byte[0], List.of()));
        fixture.settle();
        assertThat(ada.signals).extracting(Signal::getType).containsExactly("all", "ada");
        assertThat(bob.signals).extracting(Signal::getType).containsExactly("all");
        assertThat(fixture.publishedSignals).as("not relayed again").isEmpty();
    }
}
