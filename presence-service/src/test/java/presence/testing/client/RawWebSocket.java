package presence.testing.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import presence.proto.ClientFrame;

/** A raw WebSocket: sends several messages in one write, and reads only on request. */
public final class RawWebSocket implements AutoCloseable {
    private final Socket socket = new Socket();

    /** @param receiveBuffer bytes the kernel takes for a client that does not read */
    public RawWebSocket(int port, int receiveBuffer) {
        try {
            socket.setReceiveBufferSize(receiveBuffer);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(RawHttp.upgrade("http://127.0.0.1"));
            assertThat(RawHttp.head(socket)).startsWith("HTTP/1.1 101");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends messages in one write. */
    public void send(ClientFrame... messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ClientFrame message : messages) {
            all.writeBytes(masked(message.toByteArray()));
        }
        try {
            socket.getOutputStream().write(all.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A binary message with a mask of zeros: allowed, and the payload is unchanged. */
    private static byte[] masked(byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) 0x82);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) 0xfe).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    /** Whether the node has closed the connection; unread data is discarded. */
    public boolean isEnded() {
        try {
            socket.setSoTimeout(20);
            byte[] some = new byte[65_536];
            while (true) {
                if (socket.getInputStream().read(some) < 0) {
                    return true;
                }
            }
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
