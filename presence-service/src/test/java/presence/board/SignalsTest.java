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
    private final BoardFixture stage = new BoardFixture();

    @AfterEach
    void nothingWasLostOrLeaked() {
        stage.assertInOrder();
        stage.close();
    }

    @Test
    void aSignalReachesAllOthersStampedWithItsSenderAndNotBack() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        Watcher observer = stage.observe("watching");
        stage.settle();
        stage.signal(ada, "wave");
        stage.settle();
        assertThat(bob.signals).hasSize(1);
        assertThat(bob.signals.get(0).getFrom()).isEqualTo(ada.you);
        assertThat(bob.signals.get(0).getType()).isEqualTo("wave");
        assertThat(observer.signals).hasSize(1);
        assertThat(ada.signals).isEmpty();
        assertThat(stage.publishedSignals).containsExactly("wave to []");
    }

    @Test
    void signalsThatComeTogetherLeaveWithOneWrite() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.settle();
        int before = bob.flushes;
        for (int i = 0; i < 10; i++) {
            stage.signal(ada, "wave");
        }
        stage.settle();
        assertThat(bob.signals).hasSize(10);
        assertThat(bob.unflushed).isFalse();
        assertThat(bob.flushes).isEqualTo(before + 1);
    }

    @Test
    void pendingSignalsOfALeavingClientAreSentAtOnce() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.settle();
        stage.signal(ada, "wave");
        bob.seat.leave(LeaveReason.LEFT);
        stage.settle();
        assertThat(bob.signals).hasSize(1);
        assertThat(bob.unflushed).isFalse();
    }

    @Test
    void aSignalWithRecipientsReachesEachOnceAndNoOthers() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        Watcher cid = stage.joined("Cid");
        stage.receive(
                feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9), People.member(2, 8))));
        stage.settle();
        stage.signal(ada, "wave", bob.you, bob.you, 999, -1, 0, ada.slotOf("m1"));
        stage.settle();
        assertThat(bob.signals).hasSize(1);
        assertThat(cid.signals).isEmpty();
        assertThat(stage.publishedSignals).containsExactly("wave to [" + People.id(1) + "]");
    }

    @Test
    void aSignalBehindAJoinComesBehindItsJoined() {
        Watcher ada = stage.joined("Ada");
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        stage.run();
        Watcher bob = stage.join("Bob");
        stage.signal(bob, "wave");
        stage.run();
        assertThat(ada.signals).hasSize(1);
        assertThat(ada.signals.get(0).getFrom()).isEqualTo(ada.slotOf("Bob"));
    }

    @Test
    void aSignalFromAnotherNodeReachesItsRecipientsHere() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        stage.settle();
        stage.receive(feed -> feed.onSignal(People.id(1), "all", new byte[0], List.of()));
        MemberId adasId = stage.published.get(0).upserted().get(0).id();
        stage.receive(feed -> feed.onSignal(People.id(1), "ada", new byte[0], List.of(adasId, People.id(1))));
        stage.receive(feed -> feed.onSignal(People.id(77), "unknown", new byte[0], List.of()));
        stage.settle();
        assertThat(ada.signals).extracting(Signal::getType).containsExactly("all", "ada");
        assertThat(bob.signals).extracting(Signal::getType).containsExactly("all");
        assertThat(stage.publishedSignals).as("not relayed again").isEmpty();
    }
}
