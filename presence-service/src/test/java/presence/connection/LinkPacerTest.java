package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Uses a link whose packets and round trips the test sets. */
class LinkPacerTest implements LinkPacer.Link {
    private static final long FIRST_RTT = 20_000;

    private long unacked;
    private long rtt = FIRST_RTT;
    private boolean readable = true;
    private long nowMs = 50_000;
    private final LinkPacer pacer = new LinkPacer(this, FIRST_RTT);

    @Override
    public boolean read() {
        return readable;
    }

    @Override
    public long unackedPackets() {
        return unacked;
    }

    @Override
    public long rttMicros() {
        return rtt;
    }

    private void slow() {
        pacer.refused(nowMs, 150);
    }

    /** Asks at 30 Hz; returns how often writing is allowed. */
    private int ask(int ms) {
        int may = 0;
        for (long end = nowMs + ms; nowMs < end; nowMs += 33) {
            may += pacer.mayWrite(nowMs) ? 1 : 0;
        }
        return may;
    }

    @Test
    void aShortRefusalIsNoSlowLink() {
        pacer.refused(nowMs, 20);
        assertThat(pacer.isPacing()).isFalse();
        unacked = 1_000;
        assertThat(pacer.mayWrite(nowMs)).isTrue();
        assertThat(pacer.waitMs()).isZero();
    }

    @Test
    void aLongRefusalOrThreeInTwoSecondsStartIt() {
        slow();
        assertThat(pacer.isPacing()).isTrue();
        LinkPacer often = new LinkPacer(this, FIRST_RTT);
        often.refused(1_000, 5);
        often.refused(1_500, 5);
        assertThat(often.isPacing()).isFalse();
        often.refused(2_000, 5);
        assertThat(often.isPacing()).isTrue();
        LinkPacer seldom = new LinkPacer(this, FIRST_RTT);
        for (int i = 0; i < 10; i++) {
            seldom.refused(i * 1_500L, 5);
        }
        assertThat(seldom.isPacing()).isFalse();
    }

    @Test
    void aQueueThatShowsInTheRoundTripStartsIt() {
        unacked = 20;
        rtt = FIRST_RTT + 100_000;
        pacer.check(nowMs);
        assertThat(pacer.isPacing()).isFalse();
        rtt = FIRST_RTT + 160_000;
        unacked = 2;
        pacer.check(nowMs);
        assertThat(pacer.isPacing()).as("no packets in flight").isFalse();
        unacked = 3;
        pacer.check(nowMs);
        assertThat(pacer.isPacing()).isTrue();
    }

    @Test
    void whileItPacesAFrameGoesWhenNearlyAllIsAcknowledged() {
        slow();
        unacked = 3;
        assertThat(pacer.mayWrite(nowMs)).isFalse();
        unacked = 2;
        assertThat(pacer.mayWrite(nowMs)).isTrue();
    }

    @Test
    void aQueueOnTheLinkKeepsTheWindowSmall() {
        slow();
        unacked = 3;
        rtt = FIRST_RTT + 240_000;
        assertThat(ask(10_000)).isZero();
        assertThat(pacer.isPacing()).isTrue();
        assertThat(pacer.waitMs()).isEqualTo(240);
    }

    @Test
    void aLongRoundTripWithoutAQueueOpensTheWindow() {
        slow();
        unacked = 12;
        rtt = FIRST_RTT + 5_000;
        ask(4_500);
        assertThat(pacer.mayWrite(nowMs)).isTrue();
        ask(2_500);
        assertThat(pacer.isPacing()).as("no frame was delayed for two seconds").isFalse();
    }

    @Test
    void aWayThatBecameLongerIsFoundOutByTryingAWiderWindow() {
        slow();
        unacked = 12;
        rtt = FIRST_RTT + 300_000;
        ask(9_000);
        assertThat(pacer.isPacing()).isTrue();
        assertThat(pacer.waitMs()).isEqualTo(300);
        ask(8_000);
        assertThat(pacer.waitMs()).as("twice the packets, the same round trip").isZero();
        ask(3_000);
        assertThat(pacer.isPacing()).isFalse();
    }

    @Test
    void anUnknownFirstRoundTripIsNone() {
        LinkPacer unknown = new LinkPacer(this, 0);
        unacked = 12;
        rtt = 400_000;
        unknown.check(nowMs);
        assertThat(unknown.isPacing()).isFalse();
        unknown.refused(nowMs, 200);
        assertThat(unknown.mayWrite(nowMs)).isFalse();
        assertThat(unknown.waitMs()).isZero();
    }

    @Test
    void aQueueThatShowsClosesTheWindowAgain() {
        slow();
        unacked = 12;
        ask(4_500);
        rtt = FIRST_RTT + 400_000;
        unacked = 30;
        ask(1_100);
        unacked = 3;
        assertThat(pacer.mayWrite(nowMs)).isFalse();
    }

    @Test
    void whenNoFrameHadToWaitForTwoSecondsItEnds() {
        slow();
        unacked = 1;
        assertThat(ask(1_500)).isPositive();
        assertThat(pacer.isPacing()).isTrue();
        ask(2_000);
        assertThat(pacer.isPacing()).isFalse();
    }

    @Test
    void aLinkThatCannotBeReadHoldsNothingBack() {
        slow();
        readable = false;
        unacked = 100;
        assertThat(pacer.mayWrite(nowMs)).isTrue();
    }
}
