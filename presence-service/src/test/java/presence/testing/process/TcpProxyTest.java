package presence.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy breaks connections on command, and only then. */
class TcpProxyTest {
    private static final int NOTHING_MS = 200;
    private static final int SOMETHING_MS = 10_000;

    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = TcpProxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static void expect(Socket socket, String text) throws IOException {
        socket.setSoTimeout(SOMETHING_MS);
        assertThat(new String(
                        socket.getInputStream().readNBytes(text.length()), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo(text);
    }

    private static void expectNothing(Socket socket) throws IOException {
        socket.setSoTimeout(NOTHING_MS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void passesBytesAndEndsBothWays() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            say(client, "ping");
            expect(accepted, "ping");
            say(accepted, "pong");
            expect(client, "pong");
            client.shutdownOutput();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            say(accepted, "still here");
            expect(client, "still here");
        }
    }

    @Test
    void passesMoreThanAllBuffersHold() throws Exception {
        byte[] much = new byte[20_000_000];
        new java.util.Random(1).nextBytes(much);
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            Thread sender = new Thread(() -> {
                try {
                    client.getOutputStream().write(much);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(much);
            sender.join();
        }
    }

    @Test
    void aBlackHoleKeepsBytesAndEndsUntilItPasses() throws IOException {
        Socket client = connect();
        try (Socket accepted = server.accept()) {
            say(client, "before");
            expect(accepted, "before");
            proxy.blackHole(TcpProxy.Direction.BOTH);
            say(client, "late");
            client.close();
            say(accepted, "unheard");
            expectNothing(accepted);
            proxy.pass();
            expect(accepted, "late");
        }
    }

    @Test
    void aBlackHoleMayBeOneWay() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            proxy.blackHole(TcpProxy.Direction.TO_CLIENT);
            say(client, "heard");
            expect(accepted, "heard");
            say(accepted, "answer");
            expectNothing(client);
            proxy.pass();
            expect(client, "answer");
        }
    }

    @Test
    void aBlackHoleSwallowsOnNewConnectionsToo() throws IOException {
        proxy.blackHole(TcpProxy.Direction.BOTH);
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            say(client, "hello");
            expectNothing(accepted);
        }
    }

    @Test
    void oneConnectionMayBeChosenByItsPort() throws IOException {
        try (Socket broken = connect();
                Socket brokenAccepted = server.accept();
                Socket fine = connect();
                Socket fineAccepted = server.accept()) {
            assertThat(proxy.serverSidePorts())
                    .containsExactlyInAnyOrder(brokenAccepted.getPort(), fineAccepted.getPort());
            assertThat(proxy.blackHoleOnly(port -> port == brokenAccepted.getPort()))
                    .isEqualTo(1);
            say(broken, "unheard");
            say(fine, "heard");
            expect(fineAccepted, "heard");
            expectNothing(brokenAccepted);
        }
    }

    @Test
    void delaysEachWay() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            proxy.delay(Duration.ofMillis(100));
            long start = System.nanoTime();
            say(client, "ping");
            expect(accepted, "ping");
            say(accepted, "pong");
            expect(client, "pong");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000);
        }
    }

    @Test
    void refusesAndPassesAgainOnTheSamePort() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            proxy.refuse();
            accepted.setSoTimeout(SOMETHING_MS);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        }
        proxy.pass();
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            say(client, "again");
            expect(accepted, "again");
        }
    }
}
