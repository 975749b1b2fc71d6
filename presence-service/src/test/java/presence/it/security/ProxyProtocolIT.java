package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static presence.testing.client.RawHttp.answer;
import static presence.testing.client.RawHttp.bytes;
import static presence.testing.client.RawHttp.connect;
import static presence.testing.client.RawHttp.head;
import static presence.testing.client.RawHttp.together;
import static presence.testing.client.RawHttp.upgrade;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;
import presence.testing.Requires;
import presence.testing.client.ProxyHeaders;
import presence.testing.process.Haproxy;
import presence.testing.process.NodeProcess;
import presence.testing.process.Ports;
import presence.testing.process.TestNode;
import presence.testing.process.Tool;

/** Which client address a node uses with and without PROXY headers, as its log shows. */
class ProxyProtocolIT {
    private static final String BAD = "presence_rejected_total{reason=\"bad_proxy_header\"}";
    private static final String UNTRUSTED = "presence_rejected_total{reason=\"untrusted_proxy\"}";
    private static final Map<String, String> SETTINGS = Map.of(
            "PRESENCE_PROXY_PROTOCOL", "on",
            "PRESENCE_ALLOWED_ORIGINS", "https://app.example",
            "PRESENCE_HANDSHAKE_TIMEOUT_MS", "3000",
            "LOG_LEVEL", "debug");

    private static NodeProcess node;

    @BeforeAll
    static void start() {
        node = NodeProcess.start(SETTINGS);
    }

    @AfterAll
    static void stop() {
        List<String> warnings = node.warnings();
        node.close();
        assertThat(warnings).isEmpty();
    }

    /** From a page that may not connect, so that the node logs the client's address. */
    private static byte[] strangersRequest() {
        return upgrade("https://evil.example");
    }

    private static void awaitInLog(NodeProcess where, String line) {
        await().untilAsserted(() -> assertThat(where.log()).contains(line));
    }

    private static void seenAs(String client, byte[] header) throws IOException {
        try (Socket socket = connect(node.publicPort())) {
            socket.getOutputStream().write(together(header, strangersRequest()));
            assertThat(answer(socket)).startsWith("HTTP/1.1 403");
        }
        awaitInLog(node, " client=" + client + " origin=https://evil.example");
    }

    @Test
    void theClientAddressIsTakenFromTheHeader() throws IOException {
        seenAs("203.0.113.1:1001", bytes("PROXY TCP4 203.0.113.1 198.51.100.1 1001 443\r\n"));
        seenAs("[2001:db8::2]:1002", bytes("PROXY TCP6 2001:db8::2 2001:db8::1 1002 443\r\n"));
        seenAs("203.0.113.3:1003", ProxyHeaders.v2("203.0.113.3", 1003));
        seenAs("[2001:db8::4]:1004", ProxyHeaders.v2("2001:db8::4", 1004));
        seenAs("203.0.113.5:1005", ProxyHeaders.v2("203.0.113.5", 1005, new byte[] {0x05, 0, 2, 7, 7}));
    }

    @Test
    void aHeaderMayComeByteByByte() throws IOException {
        for (byte[] header : List.of(
                bytes("PROXY TCP4 203.0.113.6 198.51.100.1 1006 443\r\n"), ProxyHeaders.v2("203.0.113.6", 1006))) {
            try (Socket socket = connect(node.publicPort())) {
                OutputStream out = socket.getOutputStream();
                for (byte next : header) {
                    out.write(next);
                    out.flush();
                }
                out.write(strangersRequest());
                assertThat(answer(socket)).startsWith("HTTP/1.1 403");
            }
            awaitInLog(node, " client=203.0.113.6:1006 origin=");
        }
    }

    /** Nothing behind the header is lost, and the address lives as long as the connection. */
    @Test
    void headerRequestAndFirstFrameMayComeInOneWrite() throws IOException {
        byte[] textFrame = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};
        try (Socket socket = connect(node.publicPort())) {
            socket.getOutputStream()
                    .write(together(ProxyHeaders.v2("203.0.113.7", 1007), upgrade("https://app.example"), textFrame));
            assertThat(head(socket)).startsWith("HTTP/1.1 101");
            awaitInLog(node, " client=203.0.113.7:1007 code=1003 ");
        }
    }

    @Test
    void aBalancersOwnConnectionIsTheBalancers() throws IOException {
        for (byte[] header :
                List.of(bytes("PROXY UNKNOWN\r\n"), ProxyHeaders.v2(ProxyHeaders.LOCAL, 0x00, new byte[0]))) {
            try (Socket socket = connect(node.publicPort())) {
                int port = socket.getLocalPort();
                socket.getOutputStream().write(together(header, strangersRequest()));
                assertThat(answer(socket)).startsWith("HTTP/1.1 403");
                awaitInLog(node, " client=127.0.0.1:" + port + " origin=");
            }
        }
    }

    static Stream<byte[]> noHeaders() {
        return Stream.of(
                strangersRequest(),
                bytes("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
                bytes("PROXY TCP4 203.0.113.8 198.51.100.1 1008\r\n"),
                bytes("PROXY TCP4 " + "203.0.113.8 ".repeat(20)),
                bytes("\u0016\u0003\u0001".repeat(50)),
                ProxyHeaders.v2(ProxyHeaders.PROXY, ProxyHeaders.TCP4, new byte[3]));
    }

    @ParameterizedTest
    @MethodSource("noHeaders")
    void aConnectionWithoutTheHeaderIsClosedWithoutAResponse(byte[] bytes) throws IOException {
        double before = node.metric(BAD);
        try (Socket socket = connect(node.publicPort())) {
            int port = socket.getLocalPort();
            socket.getOutputStream().write(bytes);
            assertThat(answer(socket)).isEmpty();
            awaitInLog(node, " client=127.0.0.1:" + port + " detail=");
        }
        assertThat(node.metric(BAD)).isEqualTo(before + 1);
        assertThat(node.log()).doesNotContain("client=203.0.113.8");
    }

    @Test
    void anUnfinishedHeaderIsClosedAtTheTimeout() throws IOException {
        String timeouts = "presence_handshake_timeouts_total";
        double before = node.metric(timeouts);
        try (Socket nothing = connect(node.publicPort());
                Socket text = connect(node.publicPort());
                Socket binary = connect(node.publicPort())) {
            text.getOutputStream().write(bytes("PROXY TCP4 203.0.1"));
            binary.getOutputStream().write(ProxyHeaders.v2("203.0.113.11", 1011), 0, 20);
            assertThat(answer(nothing)).isEmpty();
            assertThat(answer(text)).isEmpty();
            assertThat(answer(binary)).isEmpty();
        }
        assertThat(node.metric(timeouts)).isEqualTo(before + 3);
    }

    @Test
    void fromElsewhereThanTheTrustedNetworksNothingIsBelieved() throws IOException {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("PRESENCE_PROXY_TRUSTED", "10.0.0.0/8,127.0.0.2,::1");
        try (NodeProcess strict = NodeProcess.start(settings)) {
            for (byte[] header : List.of(
                    bytes("PROXY TCP4 10.0.0.1 10.0.0.2 1009 443\r\n"),
                    ProxyHeaders.v2("10.0.0.1", 1009),
                    bytes("PROXY UNKNOWN\r\n"))) {
                double before = strict.metric(UNTRUSTED);
                try (Socket socket = connect(strict.publicPort())) {
                    int port = socket.getLocalPort();
                    try {
                        socket.getOutputStream().write(together(header, strangersRequest()));
                    } catch (SocketException closedAlready) {
                        // Allowed.
                    }
                    assertThat(answer(socket)).isEmpty();
                    awaitInLog(strict, " client=127.0.0.1:" + port + " detail=not from a trusted network");
                }
                assertThat(strict.metric(UNTRUSTED)).isEqualTo(before + 1);
            }
            assertThat(strict.metric(BAD)).isZero();
            assertThat(strict.log()).doesNotContain("10.0.0.1:1009", "origin refused");
        }
    }

    @Test
    void withoutTheProtocolAHeaderIsBadHttp() throws IOException {
        try (NodeProcess plain =
                NodeProcess.start(Map.of("LOG_LEVEL", "debug", "PRESENCE_ALLOWED_ORIGINS", "https://app.example"))) {
            for (byte[] header : List.of(
                    bytes("PROXY TCP4 203.0.113.10 198.51.100.1 1010 443\r\n"),
                    ProxyHeaders.v2("203.0.113.10", 1010))) {
                try (Socket socket = connect(plain.publicPort())) {
                    socket.getOutputStream().write(together(header, strangersRequest()));
                    assertThat(answer(socket)).startsWith("HTTP/1.1 400");
                }
            }
            try (Socket socket = connect(plain.publicPort())) {
                int port = socket.getLocalPort();
                socket.getOutputStream().write(strangersRequest());
                assertThat(answer(socket)).startsWith("HTTP/1.1 403");
                awaitInLog(plain, " client=127.0.0.1:" + port + " origin=");
            }
            assertThat(plain.log()).doesNotContain("203.0.113.10");
        }
    }

    @Test
    @Requires(Tool.HAPROXY)
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere only 127.0.0.1 is one's own")
    void behindARealBalancerTheNodeSeesTheClient() throws IOException {
        int port = Ports.free();
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("WS_PORT", Integer.toString(port));
        try (Haproxy balancer = Haproxy.start(List.of(port))) {
            balancer.awaitNews("node-1", "DOWN");
            try (NodeProcess behind = NodeProcess.start(settings);
                    Socket client = new Socket()) {
                // Its health checks send the header, too, and get 200.
                balancer.awaitNews("node-1", "UP");
                client.bind(new InetSocketAddress("127.0.0.5", 0));
                client.connect(new InetSocketAddress("127.0.0.1", balancer.port()));
                client.setSoTimeout(10_000);
                client.getOutputStream().write(strangersRequest());
                assertThat(answer(client)).startsWith("HTTP/1.1 403");
                awaitInLog(behind, " client=127.0.0.5:" + client.getLocalPort() + " origin=https://evil.example");
                assertThat(behind.metric(BAD) + behind.metric(UNTRUSTED)).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void aBadNetworkStopsTheStartWithItsName(String protocol) {
        assertThatThrownBy(() -> TestNode.start(Map.of(
                                "PRESENCE_PROXY_PROTOCOL", protocol, "PRESENCE_PROXY_TRUSTED", "10.0.0.0/8,balancer"))
                        .close())
                .hasCauseInstanceOf(ConfigException.class)
                .hasMessageContaining("PRESENCE_PROXY_TRUSTED has \"balancer\"");
    }
}
