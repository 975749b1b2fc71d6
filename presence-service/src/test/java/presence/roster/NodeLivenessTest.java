package presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import presence.model.NodeId;
import presence.model.Origin;

class NodeLivenessTest {
    private static final long LEASE = 8_000;
    private final NodeLiveness liveness = new NodeLiveness(LEASE, 6_000, 0);
    private final Origin other = new Origin(NodeId.random(), 0);
    private final Origin reborn = new Origin(other.node(), 1);

    /** Echoes own heartbeats every two seconds, up to and including {@code untilMs}. */
    private void echoOwnHeartbeats(long fromMs, long untilMs) {
        for (long now = fromMs; now <= untilMs; now += 2_000) {
            liveness.echo(now);
        }
    }

    @Test
    void anIncarnationThatWasNotHeardOfIsNotAlive() {
        NodeLiveness nodes = new NodeLiveness(8_000, 6_000, 0);
        NodeId node = NodeId.random();
        nodes.heard(new Origin(node, 1), 100);
        assertThat(nodes.isAlive(new Origin(node, 0))).isTrue();
        assertThat(nodes.isAlive(new Origin(node, 1))).isTrue();
        assertThat(nodes.isAlive(new Origin(node, 2))).isFalse();
        assertThat(nodes.isAlive(new Origin(NodeId.random(), 0))).isFalse();
        assertThat(nodes.silentMs(node, 150)).hasValue(50);
        nodes.declareDead(new Origin(node, 1));
        assertThat(nodes.isAlive(new Origin(node, 1))).isFalse();
        assertThat(nodes.silentMs(node, 150)).isEmpty();
    }

    @Test
    void aNodeIsSuspectedOnlyAfterALeaseOfSilence() {
        liveness.heard(other, 1_000);
        echoOwnHeartbeats(0, 10_000);
        assertThat(liveness.suspects(9_000)).isEmpty();
        assertThat(liveness.suspects(9_001)).containsExactly(other);
    }

    @Test
    void anIsolatedNodeSuspectsNoOther() {
        liveness.heard(other, 0);
        echoOwnHeartbeats(0, 2_000);
        assertThat(liveness.isIsolated(9_000)).isTrue();
        assertThat(liveness.suspects(60_000)).isEmpty();
    }

    @Test
    void afterIsolationSilenceIsMeasuredAnew() {
        liveness.heard(other, 0);
        echoOwnHeartbeats(0, 2_000);
        echoOwnHeartbeats(30_000, 40_000);
        assertThat(liveness.suspects(38_000)).isEmpty();
        assertThat(liveness.suspects(38_001)).containsExactly(other);
    }

    @Test
    void afterANewSubscriptionSilenceIsMeasuredAnew() {
        liveness.heard(other, 1_000);
        echoOwnHeartbeats(0, 20_000);
        liveness.subscribed(5_000);
        assertThat(liveness.suspects(13_000)).isEmpty();
        assertThat(liveness.suspects(13_001)).containsExactly(other);
    }

    @Test
    void silenceAfterAByeIsNoFailure() {
        liveness.heard(other, 0);
        liveness.left(other.node());
        echoOwnHeartbeats(0, 60_000);
        assertThat(liveness.suspects(60_000)).isEmpty();
    }

    @Test
    void messagesOfAnIncarnationAfterItsByeAreIgnored() {
        liveness.heard(other, 0);
        liveness.left(other.node());
        assertThat(liveness.heard(other, 1)).isFalse();
        assertThat(liveness.alive()).isEmpty();
        assertThat(liveness.accepts(other, OptionalLong.of(0))).isFalse();
    }

    @Test
    void aDeadIncarnationStaysDeadAndANewerOneIsAlive() {
        liveness.heard(other, 0);
        liveness.declareDead(other);
        assertThat(liveness.heard(other, 1)).isFalse();
        assertThat(liveness.isDead(other)).isTrue();
        assertThat(liveness.accepts(other, OptionalLong.of(0))).isFalse();
        assertThat(liveness.heard(reborn, 2)).isTrue();
        assertThat(liveness.accepts(reborn, OptionalLong.empty())).isTrue();
        assertThat(liveness.alive()).containsExactly(reborn);
    }

    @Test
    void aSegmentOfANodeNeverHeardIsAcceptedByItsLeaseAlone() {
        assertThat(liveness.accepts(other, OptionalLong.empty())).isFalse();
        assertThat(liveness.accepts(other, OptionalLong.of(1))).isFalse();
        assertThat(liveness.accepts(other, OptionalLong.of(0))).isTrue();
    }

    @Test
    void anOlderIncarnationThanTheKnownOneIsNotAccepted() {
        liveness.heard(reborn, 0);
        assertThat(liveness.accepts(other, OptionalLong.of(1))).isFalse();
        assertThat(liveness.heard(other, 1)).isFalse();
    }

    @Test
    void aNewerIncarnationThanTheOneHeardNeedsItsLease() {
        liveness.heard(other, 0);
        assertThat(liveness.accepts(reborn, OptionalLong.empty())).isFalse();
        assertThat(liveness.accepts(reborn, OptionalLong.of(1))).isTrue();
    }

    @Test
    void onlyTheFirstMessageOfAnIncarnationIsNew() {
        assertThat(liveness.heard(other, 0)).isTrue();
        assertThat(liveness.heard(other, 1)).isFalse();
        assertThat(liveness.heard(reborn, 2)).isTrue();
    }
}
