package presence.testing.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Sends raw HTTP, for requests that no client library sends. */
public final class RawHttp {
    private RawHttp() {}

    /** Connects to this machine; reads fail after 10 seconds. */
    public static Socket connect(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** The same from another address of this machine. */
    public static Socket connect(int port, String from) throws IOException {
        Socket socket = new Socket("127.0.0.1", port, InetAddress.getByName(from), 0);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** All bytes until the other end closes or resets the connection. */
    public static String answer(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                all.append((char) next);
            }
        } catch (SocketException reset) {
            // Reset because bytes were unread: an end of the connection, too.
        }
        return all.toString();
    }

    /** Whether the other end has closed the connection without sending a byte. */
    public static boolean isEnded(Socket socket) {
        try {
            int patienceMs = socket.getSoTimeout();
            socket.setSoTimeout(1);
            try {
                int first = socket.getInputStream().read();
                assertThat(first).as("the first byte").isNegative();
                return true;
            } catch (SocketTimeoutException open) {
                return false;
            } finally {
                socket.setSoTimeout(patienceMs);
            }
        } catch (IOException reset) {
            return true;
        }
    }

    /** The status line and the headers of an answer, and no byte more. */
    public static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the end after: " + head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    /** A WebSocket handshake of a page of that origin. */
    public static byte[] upgrade(String origin) {
        return bytes("GET /ws HTTP/1.1\r\nHost: x\r\nOrigin: " + origin + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n");
    }

    public static byte[] together(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
