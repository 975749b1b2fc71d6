package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.PrematureChannelClosureException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.LogCapture;
import presence.testing.random.Fuzz;
import presence.testing.random.Mutator;
import presence.testing.random.RandomFrames;

/** For any first bytes a connection gets a response, becomes a WebSocket or is closed; without a failure or a leak. */
@Tag("fuzz")
class HandshakeFuzzTest {
    private static final List<byte[]> WORDS = Stream.of(
                    "\r\n",
                    "\r\n\r\n",
                    "\n",
                    "\r",
                    " ",
                    "\t",
                    "\u0000",
                    ":",
                    "%",
                    "%00",
                    "%2e%2e/",
                    "%zz",
                    "\u00ff\u00fe",
                    "?",
                    "#",
                    "//",
                    "POST ",
                    "OPTIONS * HTTP/1.1\r\n",
                    "HTTP/1.0",
                    "HTTP/0.9",
                    "HTTP/99999999999.1",
                    "Content-Length: 5\r\n",
                    "Content-Length: -1\r\n",
                    "Content-Length: 99999999999999999999\r\n",
                    "Content-Length: 2000\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "ffffffffffffffff\r\n",
                    "0\r\n\r\n",
                    "Expect: 100-continue\r\n",
                    "Expect: the unexpected\r\n",
                    "Connection: close\r\n",
                    "Upgrade: h2c, websocket\r\n",
                    "Sec-WebSocket-Version: 8\r\n",
                    "Sec-WebSocket-Key: \r\n",
                    "Sec-WebSocket-Protocol: a,,presence.v1, \r\n",
                    "X-Long: " + "x".repeat(9_000) + "\r\n",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    "\u0016\u0003\u0001")
            .map(HandshakeFuzzTest::bytes)
            .toList();

    private static final String[] PATHS = {
        "/ws", "/", "/ws?token=%41", "/healthz", "/presence-client.js", "/demo/main.js", "/nothing", "http://h/ws"
    };

    private static final String[] ORIGINS = {
        "https://app.example.com",
        "http://localhost:8080",
        "https://evil.example",
        "https://app.example.com:99999",
        "https://app.example.com:99999999999",
        "https://*.example.com",
        "https://[::1]",
        "null",
        ""
    };

    @Test
    void everyConnectionIsAnsweredOrEnds() {
        try (LogCapture log = LogCapture.of(PublicHttpHandler.class)) {
            fuzz(log);
        }
    }

    private static void fuzz(LogCapture log) {
        Fuzz.check(
                "handshakes",
                10,
                new Mutator(HandshakeFuzzTest::request, WORDS),
                (bytes, random) -> take(bytes, random, log),
                "waits",
                "HTTP/1.1 100",
                "HTTP/1.1 101",
                "HTTP/1.1 200",
                "HTTP/1.1 400",
                "HTTP/1.1 403",
                "HTTP/1.1 404",
                "HTTP/1.1 405",
                "HTTP/1.1 413",
                "HTTP/1.1 426");
    }

    private static String take(byte[] bytes, Random random, LogCapture log) {
        log.clear();
        EmbeddedConnection connection = new EmbeddedConnection();
        connection.receive(bytes, random);
        String answer = new String(connection.answer(), StandardCharsets.ISO_8859_1);
        boolean waits = connection.isOpen() && answer.isEmpty();
        String status = answer.substring(0, Math.min(12, answer.length()));
        if (connection.isWebSocket()) {
            assertThat(answer).contains("HTTP/1.1 101 ");
        } else if (!answer.isEmpty()) {
            assertThat(answer).startsWith("HTTP/1.1 ");
        }
        String became = waits ? "waits" : status.isEmpty() ? "closed" : status;
        if (random.nextInt(4) == 0) {
            connection.passLong();
            assertThat(connection.isOpen()).as("open after the timeout").isFalse();
        }
        connection.end();
        // The handler closes the connection on any exception, without a log line: here only expected exceptions are
        // allowed.
        assertThat(log.lines())
                .filteredOn(line -> line.contains(" <- "))
                .allMatch(line -> line.contains(" <- " + PrematureChannelClosureException.class.getName()));
        return became;
    }

    private static byte[] request(Random random) {
        StringBuilder request = new StringBuilder(random.nextInt(20) == 0 ? "POST " : "GET ")
                .append(oneOf(PATHS, random))
                .append(" HTTP/1.1\r\nHost: presence.example\r\n");
        if (random.nextInt(4) == 0) {
            request.append(new String(WORDS.get(random.nextInt(WORDS.size())), StandardCharsets.ISO_8859_1));
        }
        if (random.nextInt(4) > 0) {
            request.append("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n")
                    .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
        }
        if (random.nextBoolean()) {
            request.append("Sec-WebSocket-Protocol: presence.v1\r\n")
                    .append("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
                    .append("Origin: ")
                    .append(oneOf(ORIGINS, random))
                    .append("\r\n");
        }
        byte[] behind = random.nextInt(3) == 0 ? RandomFrames.joining(random, "b") : new byte[0];
        return Fuzz.concat(bytes(request.append("\r\n").toString()), behind);
    }

    /** Picks the first as often as all others together. */
    private static String oneOf(String[] choice, Random random) {
        return choice[random.nextBoolean() ? 0 : random.nextInt(choice.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
