package presence.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.config.ServiceConfig;

class ConnectionLimitsTest {
    private static final int TOLD = 16;

    private final ConnectionLimits limits =
            new ConnectionLimits(new ServiceConfig.Limits(3, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0));

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
            assertThat(place.isFrom(address("192.0.2.1"))).isFalse();
            assertThat(place.isOneTooManyFromThere()).isEqualTo(i >= 2);
            places.add(place);
        }
        assertThat(limits.enter().isFrom(address("192.0.2.1"))).isTrue();
        assertThat(limits.enter().isFrom(address("192.0.2.2"))).isFalse();
    }

    @Test
    void whoLeavesMakesRoom() throws Exception {
        ConnectionLimits.Place first = limits.enter();
        first.isFrom(address("192.0.2.1"));
        limits.enter().isFrom(address("192.0.2.1"));
        first.leave();
        first.leave();
        ConnectionLimits.Place third = limits.enter();
        third.isFrom(address("192.0.2.1"));
        assertThat(third.isOneTooManyFromThere()).isFalse();
        ConnectionLimits.Place fourth = limits.enter();
        fourth.isFrom(address("192.0.2.1"));
        assertThat(fourth.isOneTooManyFromThere()).as("left once").isTrue();
    }

    @Test
    void anIpv6NetworkIsOneAddress() throws Exception {
        limits.enter().isFrom(address("2001:db8::1"));
        limits.enter().isFrom(address("2001:db8::ffff:2"));
        ConnectionLimits.Place third = limits.enter();
        third.isFrom(address("2001:db8:0:0:dead::3"));
        assertThat(third.isOneTooManyFromThere()).isTrue();
        ConnectionLimits.Place neighbour = limits.enter();
        neighbour.isFrom(address("2001:db8:0:1::1"));
        assertThat(neighbour.isOneTooManyFromThere()).isFalse();
    }

    @Test
    void zeroIsNoLimit() throws Exception {
        ConnectionLimits open = new ConnectionLimits(new ServiceConfig.Limits(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        for (int i = 0; i < 1_000; i++) {
            ConnectionLimits.Place place = open.enter();
            assertThat(place.isFrom(address("192.0.2.1"))).isFalse();
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
}
