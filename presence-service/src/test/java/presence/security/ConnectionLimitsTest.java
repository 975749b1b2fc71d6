package presence.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.config.HandshakeConfig;
import presence.config.LimitConfig;

class ConnectionLimitsTest {
    private static final int TOLD = 16;
    private static final HandshakeConfig HANDSHAKES = new HandshakeConfig(1_000, 1_000);

    private final ConnectionLimits limits =
            new ConnectionLimits(new LimitConfig(3, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), HANDSHAKES);

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }

    @Test
    void soManyMayShakeHandsAtOnce() {
        List<ConnectionLimits.Place> places = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            places.add(limits.enter());
        }
        assertThat(places).noneMatch(ConnectionLimits.Place::isOneTooMany);
        ConnectionLimits.Place fourth = limits.enter();
        assertThat(fourth.isOneTooMany()).isTrue();
        fourth.leave();
        places.get(0).shookHands();
        places.get(0).leave();
        ConnectionLimits.Place next = limits.enter();
        assertThat(next.isOneTooMany()).as("one place, counted once").isFalse();
        assertThat(limits.enter().isOneTooMany()).isTrue();
    }

    @Test
    void ofAnAddressSomeMoreAreLetInToBeTold() throws Exception {
        List<ConnectionLimits.Place> places = new ArrayList<>();
        for (int i = 0; i < 2 + TOLD; i++) {
            ConnectionLimits.Place place = limits.enter();
            assertThat(place.cameFrom(address("192.0.2.1"))).isNull();
            assertThat(place.isOneTooManyFromThere()).isEqualTo(i >= 2);
            places.add(place);
        }
        assertThat(limits.enter().cameFrom(address("192.0.2.1"))).isEqualTo(LimitKind.ADDRESS);
        assertThat(limits.enter().cameFrom(address("192.0.2.2"))).isNull();
    }

    @Test
    void aClosedConnectionFreesItsPlace() throws Exception {
        ConnectionLimits.Place first = limits.enter();
        first.cameFrom(address("192.0.2.1"));
        limits.enter().cameFrom(address("192.0.2.1"));
        first.leave();
        first.leave();
        ConnectionLimits.Place third = limits.enter();
        third.cameFrom(address("192.0.2.1"));
        assertThat(third.isOneTooManyFromThere()).isFalse();
        ConnectionLimits.Place fourth = limits.enter();
        fourth.cameFrom(address("192.0.2.1"));
        assertThat(fourth.isOneTooManyFromThere()).as("left once").isTrue();
    }

    @Test
    void anIpv6NetworkIsOneAddress() throws Exception {
        limits.enter().cameFrom(address("2001:db8::1"));
        limits.enter().cameFrom(address("2001:db8::ffff:2"));
        ConnectionLimits.Place third = limits.enter();
        third.cameFrom(address("2001:db8:0:0:dead::3"));
        assertThat(third.isOneTooManyFromThere()).isTrue();
        ConnectionLimits.Place neighbour = limits.enter();
        neighbour.cameFrom(address("2001:db8:0:1::1"));
        assertThat(neighbour.isOneTooManyFromThere()).isFalse();
    }

    @Test
    void zeroIsNoLimit() throws Exception {
        ConnectionLimits open =
                new ConnectionLimits(new LimitConfig(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), HANDSHAKES);
        for (int i = 0; i < 1_000; i++) {
            ConnectionLimits.Place place = open.enter();
            assertThat(place.cameFrom(address("192.0.2.1"))).isNull();
            assertThat(place.isOneTooManyFromThere()).isFalse();
            assertThat(open.handshake(0)).isZero();
        }
    }

    @Test
    void farTooManyArrivalsAreClosedUnread() {
        for (int i = 0; i < 8; i++) {
            assertThat(limits.arrivesTooFast(0)).isFalse();
        }
        assertThat(limits.arrivesTooFast(0)).isTrue();
        assertThat(limits.arrivesTooFast(250)).isFalse();
    }

    @Test
    void handshakesHaveARate() {
        for (int i = 0; i < 4; i++) {
            assertThat(limits.handshake(0)).isZero();
        }
        assertThat(limits.handshake(0)).isEqualTo(500);
        assertThat(limits.handshake(500)).isZero();
    }

    private static List<LimitKind> come(ConnectionLimits limits, String from, int times) throws Exception {
        List<LimitKind> refused = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            ConnectionLimits.Place place = limits.enter();
            LimitKind limit = place.cameFrom(address(from));
            if (limit != null) {
                refused.add(limit);
                place.leave();
            }
        }
        return refused;
    }

    @Test
    void anAddressHasAShareOfTheHandshakes() throws Exception {
        ConnectionLimits shared = new ConnectionLimits(
                new LimitConfig(10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), new HandshakeConfig(2, 1_000));
        assertThat(come(shared, "192.0.2.1", 5))
                .containsExactly(
                        LimitKind.HANDSHAKES_ADDRESS, LimitKind.HANDSHAKES_ADDRESS, LimitKind.HANDSHAKES_ADDRESS);
        assertThat(come(shared, "192.0.2.2", 2)).as("another address").isEmpty();
        assertThat(come(shared, "2001:db8::1", 1)).isEmpty();
        assertThat(come(shared, "2001:db8::2", 2)).as("the same /64").containsExactly(LimitKind.HANDSHAKES_ADDRESS);
        assertThat(shared.shakingHands()).isEqualTo(6);
    }

    @Test
    void completedHandshakesAndClosedConnectionsDoNotCount() throws Exception {
        ConnectionLimits shared = new ConnectionLimits(
                new LimitConfig(10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), new HandshakeConfig(2, 1_000));
        ConnectionLimits.Place first = shared.enter();
        ConnectionLimits.Place second = shared.enter();
        first.cameFrom(address("192.0.2.1"));
        second.cameFrom(address("192.0.2.1"));
        first.shookHands();
        first.leave();
        assertThat(come(shared, "192.0.2.1", 2)).hasSize(1);
        second.leave();
        assertThat(come(shared, "192.0.2.1", 2)).hasSize(1);
    }

    @Test
    void allHandshakesTogetherMaySendSoMuch() {
        ConnectionLimits.Place first = limits.enter();
        ConnectionLimits.Place second = limits.enter();
        assertThat(first.mayTake(600)).isTrue();
        assertThat(second.mayTake(400)).isTrue();
        assertThat(second.mayTake(1)).isFalse();
        first.shookHands();
        first.leave();
        assertThat(limits.handshakeBytes()).isEqualTo(401);
        assertThat(second.mayTake(599)).isTrue();
        second.leave();
        assertThat(limits.handshakeBytes()).isZero();
    }
}
