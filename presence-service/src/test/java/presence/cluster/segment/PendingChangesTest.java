package presence.cluster.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.SegmentDelta;

class PendingChangesTest {
    private final PendingChanges pending = new PendingChanges();
    private final List<String> sent = new ArrayList<>();

    private static Member member(int number, long version) {
        return new Member(
                new MemberId(0, number),
                number,
                Profile.EMPTY,
                Status.ACTIVE,
                PresenceState.EMPTY,
                version,
                0,
                KeyHash.NONE);
    }

    private void change(int number, long version) {
        pending.add(new SegmentDelta(List.of(member(number, version)), Map.of()));
    }

    private void leave(int number) {
        pending.add(new SegmentDelta(List.of(), Map.of(new MemberId(0, number), LeaveReason.LEFT)));
    }

    private boolean signal(String name) {
        return pending.addSignal(() -> sent.add(name));
    }

    @Test
    void mergesChangesOfAMember() {
        change(1, 1);
        change(1, 2);
        change(2, 1);
        leave(2);
        SegmentDelta delta = pending.take().delta();
        assertThat(delta.upserted()).containsExactly(member(1, 2));
        assertThat(delta.departed()).containsOnlyKeys(new MemberId(0, 2));
        assertThat(pending.isEmpty()).isTrue();
        assertThat(pending.take()).isNull();
    }

    @Test
    void mergesNothingAcrossASignal() {
        change(1, 1);
        signal("a");
        signal("b");
        change(1, 2);
        signal("c");
        PendingChanges.Stage first = pending.take();
        assertThat(first.delta().upserted()).containsExactly(member(1, 1));
        first.sendSignals();
        assertThat(sent).containsExactly("a", "b");
        assertThat(pending.take().delta().upserted()).containsExactly(member(1, 2));
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void keepsSoManySignals() {
        change(1, 1);
        for (int i = 0; i < 64; i++) {
            assertThat(signal("s")).isTrue();
        }
        assertThat(signal("one too many")).isFalse();
        pending.take();
        assertThat(signal("again")).isTrue();
    }

    @Test
    void whenAllIsWrittenAnewChangesAreForgottenAndSignalsAreNot() {
        change(1, 1);
        signal("a");
        change(1, 2);
        signal("b");
        pending.clear().forEach(Runnable::run);
        assertThat(sent).containsExactly("a", "b");
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void whenSignalsCannotWaitChangesAreMerged() {
        change(1, 1);
        signal("a");
        change(1, 2);
        change(2, 1);
        pending.takeSignals().forEach(Runnable::run);
        assertThat(sent).containsExactly("a");
        assertThat(pending.take().delta().upserted()).containsExactly(member(1, 2), member(2, 1));
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void countsTheBytesOfTheFirstStage() {
        change(1, 1);
        long one = pending.bytes();
        change(2, 1);
        assertThat(pending.bytes()).isEqualTo(2 * one).isPositive();
        signal("a");
        change(3, 1);
        assertThat(pending.bytes()).isEqualTo(2 * one);
    }
}
