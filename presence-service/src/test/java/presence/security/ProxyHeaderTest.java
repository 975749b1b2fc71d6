package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;
import presence.config.HandshakeConfig;
import presence.config.LimitConfig;
import presence.config.Setting;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.testing.client.ProxyHeaders;

class ProxyHeaderTest {
    private static final InetSocketAddress BALANCER = new InetSocketAddress("10.0.0.1", 5_000);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.66", 5_000);
    private static final String REQUEST = "GET / HTTP/1.1\r\n";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ServiceMetrics metrics = new ServiceMetrics(registry);
    private final EnumCounters<Rejection> rejected = metrics.counterPer(Rejection.class, "rejected", "reason", "");
    private final EnumCounters<LimitKind> limited = metrics.counterPer(LimitKind.class, "limited", "limit", "");
    private ConnectionLimits connections = perAddress(0);

    private static ConnectionLimits perAddress(int connections) {
        return new ConnectionLimits(
                new LimitConfig(100, 0, connections, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                new HandshakeConfig(1_000, 1_000));
    }

    private EmbeddedChannel connect(@Nullable SocketAddress peer) throws ConfigException {
        Networks trusted = Networks.of(Setting.PRESENCE_PROXY_TRUSTED, "10.0.0.0/8");
        return new EmbeddedChannel(
                ProxyHeader.newDecoder(), new ProxyHeader(trusted, connections.enter(), rejected, limited)) {
            @Override
            protected @Nullable SocketAddress remoteAddress0() {
                return peer;
            }
        };
    }

    private double count(Rejection reason) {
        return registry.get("rejected")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .counter()
                .count();
    }

    private static byte[] v1(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** All bytes that reached the next handler. */
    private static String passed(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            all.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return all.toString();
    }

    private void acceptedAs(String client, byte[] header, int... cuts) throws ConfigException {
        EmbeddedChannel channel = connect(BALANCER);
        ByteBuf all = Unpooled.wrappedBuffer(header, REQUEST.getBytes(StandardCharsets.ISO_8859_1));
        for (int cut : cuts) {
            channel.writeInbound(all.readBytes(cut - all.readerIndex()));
        }
        channel.writeInbound(all);
        assertThat(ClientAddress.text(channel)).isEqualTo(client);
        assertThat(passed(channel)).isEqualTo(REQUEST);
        assertThat(channel.pipeline().toMap()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
        assertThat(count(Rejection.BAD_PROXY_HEADER)).isZero();
        channel.finishAndReleaseAll();
    }

    @Test
    void theClientAddressIsTakenFromTheHeader() throws ConfigException {
        acceptedAs("203.0.113.9:4711", v1("PROXY TCP4 203.0.113.9 198.51.100.1 4711 443"));
        acceptedAs("[2001:db8::9]:4711", v1("PROXY TCP6 2001:db8::9 2001:db8::1 4711 443"));
        acceptedAs("203.0.113.9:4711", ProxyHeaders.v2("203.0.113.9", 4711));
        acceptedAs("[2001:db8::9]:4711", ProxyHeaders.v2("2001:db8::9", 4711));
    }

    @Test
    void aMappedAddressIsTheIpV4AddressThatItIs() throws ConfigException {
        acceptedAs("203.0.113.9:4711", v1("PROXY TCP6 ::ffff:203.0.113.9 ::1 4711 443"));
    }

    @Test
    void dataAfterTheAddressesIsSkipped() throws ConfigException {
        acceptedAs("203.0.113.9:4711", ProxyHeaders.v2("203.0.113.9", 4711, new byte[] {0x05, 0, 3, 1, 2, 3}));
        byte[] most = new byte[4_096];
        most[0] = (byte) 0xe0;
        most[1] = (byte) ((most.length - 3) >> 8);
        most[2] = (byte) (most.length - 3);
        acceptedAs("203.0.113.9:4711", ProxyHeaders.v2("203.0.113.9", 4711, most));
    }

    /** A load balancer's health checks, and clients without an IP address. */
    @Test
    void withoutAClientItIsTheBalancer() throws ConfigException {
        acceptedAs("10.0.0.1:5000", v1("PROXY UNKNOWN"));
        acceptedAs("10.0.0.1:5000", v1("PROXY UNKNOWN 203.0.113.9 198.51.100.1 4711 443"));
        acceptedAs("10.0.0.1:5000", ProxyHeaders.v2(ProxyHeaders.LOCAL, 0x00, new byte[0]));
        // The addresses of a LOCAL connection are ignored.
        acceptedAs("10.0.0.1:5000", ProxyHeaders.v2(ProxyHeaders.LOCAL, ProxyHeaders.TCP4, new byte[12]));
        acceptedAs("10.0.0.1:5000", ProxyHeaders.v2(ProxyHeaders.PROXY, 0x00, new byte[0]));
        byte[] unix = new byte[216];
        unix[0] = unix[108] = '/';
        acceptedAs("10.0.0.1:5000", ProxyHeaders.v2(ProxyHeaders.PROXY, 0x31, unix));
    }

    @Test
    void itMayComeInAnyTwoPieces() throws ConfigException {
        byte[] text = v1("PROXY TCP4 203.0.113.9 198.51.100.1 4711 443");
        byte[] binary = ProxyHeaders.v2("203.0.113.9", 4711, new byte[] {0x05, 0, 3, 1, 2, 3});
        for (byte[] header : new byte[][] {text, binary}) {
            for (int cut = 1; cut < header.length + REQUEST.length(); cut++) {
                acceptedAs("203.0.113.9:4711", header, cut);
            }
        }
    }

    static Stream<byte[]> badHeaders() {
        byte[] cutTlv = {(byte) 0x20, 0, 40, 1, 2, 3};
        return Stream.of(
                v1("GET /ws HTTP/1.1\r\nHost: x\r\n"),
                // A valid header after the invalid one.
                v1("GET /ws HTTP/1.1\r\nPROXY TCP4 203.0.113.9 198.51.100.1 4711 443"),
                v1("PROXY"),
                v1("PROXY TCP4"),
                v1("PROXY TCP5 203.0.113.9 198.51.100.1 4711 443"),
                v1("proxy TCP4 203.0.113.9 198.51.100.1 4711 443"),
                v1("PROXY TCP4 203.0.113.256 198.51.100.1 4711 443"),
                v1("PROXY TCP4 2001:db8::9 2001:db8::1 4711 443"),
                v1("PROXY TCP4 203.0.113.9 198.51.100.1 65536 443"),
                v1("PROXY TCP4 203.0.113.9 198.51.100.1 x 443"),
                v1("PROXY TCP4 client.example 198.51.100.1 4711 443"),
                v1("PROXY TCP6 fe80::9%eth0 2001:db8::1 4711 443"),
                v1("PROXY TCP4 203.0.113.9 198.51.100.1 4711 443" + " ".repeat(100)),
                "PROXY TCP4 203.0.113.9 ".repeat(5).getBytes(StandardCharsets.ISO_8859_1),
                ProxyHeaders.v2(ProxyHeaders.PROXY, ProxyHeaders.TCP4, new byte[11]),
                ProxyHeaders.v2(ProxyHeaders.PROXY, 0x21, new byte[35]),
                ProxyHeaders.v2(ProxyHeaders.PROXY, 0x77, new byte[12]),
                ProxyHeaders.v2(0x22, ProxyHeaders.TCP4, new byte[12]),
                ProxyHeaders.v2(0x11, ProxyHeaders.TCP4, new byte[12]),
                ProxyHeaders.v2("203.0.113.9", 4711, cutTlv),
                ProxyHeaders.v2(ProxyHeaders.PROXY, ProxyHeaders.TCP4, new byte[65_535]),
                new byte[200]);
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void anythingElseIsClosedAndCountedOnce(byte[] bytes) throws ConfigException {
        EmbeddedChannel channel = connect(BALANCER);
        channel.writeInbound(Unpooled.wrappedBuffer(bytes, REQUEST.getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(channel.isOpen()).isFalse();
        assertThat(passed(channel)).isEmpty();
        assertThat(count(Rejection.BAD_PROXY_HEADER)).isEqualTo(1);
        assertThat(ClientAddress.of(channel)).isEqualTo(BALANCER);
        channel.finishAndReleaseAll();
        assertThat(count(Rejection.BAD_PROXY_HEADER)).isEqualTo(1);
        assertThat(passed(channel)).isEmpty();
    }

    @Test
    void anUntrustedPeerIsClosedBeforeAnythingIsRead() throws ConfigException {
        EmbeddedChannel channel = connect(STRANGER);
        assertThat(channel.isOpen()).isFalse();
        assertThat(count(Rejection.UNTRUSTED_PROXY)).isEqualTo(1);
        assertThat(ClientAddress.of(channel)).isEqualTo(STRANGER);
    }

    @Test
    void aClosedConnectionIsNotCounted() throws ConfigException {
        assertThat(connect(null).isOpen()).isFalse();
        assertThat(count(Rejection.UNTRUSTED_PROXY)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4 203.0", "\r\n\r\n"})
    void aConnectionClosedBeforeItsHeaderIsCompleteIsNotCounted(String begun) throws ConfigException {
        EmbeddedChannel channel = connect(BALANCER);
        channel.writeInbound(Unpooled.copiedBuffer(begun, StandardCharsets.ISO_8859_1));
        channel.finishAndReleaseAll();
        assertThat(count(Rejection.BAD_PROXY_HEADER)).isZero();
    }

    @Test
    void aResetIsNoBadHeader() throws ConfigException {
        EmbeddedChannel channel = connect(BALANCER);
        IOException reset = new IOException("reset");
        channel.pipeline().fireExceptionCaught(reset);
        assertThat(count(Rejection.BAD_PROXY_HEADER)).isZero();
        assertThat(catchThrowable(channel::checkException)).isSameAs(reset);
        channel.finishAndReleaseAll();
    }

    @Test
    void aChannelWithoutAnAddressIsUnknown() {
        assertThat(ClientAddress.text(new EmbeddedChannel())).isEqualTo("unknown");
    }

    @Test
    void theLimitOfAnAddressIsTheClientsAndNotTheBalancers() throws Exception {
        connections = perAddress(1);
        // One, and 16 more that are closed with a code.
        for (int i = 0; i < 17; i++) {
            assertThat(withHeader("192.0.2.7").isActive()).isTrue();
        }
        assertThat(withHeader("192.0.2.7").isActive()).isFalse();
        assertThat(withHeader("192.0.2.8").isActive()).isTrue();
        assertThat(registry.get("limited").tag("limit", "address").counter().count())
                .isEqualTo(1);
    }

    private EmbeddedChannel withHeader(String client) throws Exception {
        EmbeddedChannel channel = connect(new InetSocketAddress("10.0.0.1", 4711));
        channel.writeInbound(
                Unpooled.copiedBuffer("PROXY TCP4 " + client + " 10.0.0.2 1 2\r\n", StandardCharsets.US_ASCII));
        return channel;
    }
}
