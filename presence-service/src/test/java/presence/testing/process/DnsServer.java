package presence.testing.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every query for an IPv4 address with the same one, with a TTL of ten minutes. */
public final class DnsServer implements AutoCloseable {
    private static final int TTL_SECONDS = 600;
    private static final int HEADER = 12;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile byte[] address;

    private DnsServer(InetAddress address) throws IOException {
        this.address = address.getAddress();
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::run, "dns-server");
        thread.setDaemon(true);
        thread.start();
    }

    public static DnsServer leadingTo(InetAddress address) {
        try {
            return new DnsServer(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Sets the address of later answers. */
    public void leadTo(InetAddress next) {
        address = next.getAddress();
    }

    /** The number of queries. */
    public int asked() {
        return asked.get();
    }

    private void run() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                asked.incrementAndGet();
                byte[] answer = answer(buffer);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // Closed.
                return;
            }
        }
    }

    private byte[] answer(byte[] question) {
        int end = HEADER;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        int type = (question[end + 1] & 0xFF) << 8 | question[end + 2] & 0xFF;
        end += 5;
        boolean found = type == TYPE_A;
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(ByteBuffer.allocate(HEADER)
                .put(question, 0, 2)
                // A response, recursion desired and available.
                .putShort((short) 0x8180)
                .putShort((short) 1)
                .putShort((short) (found ? 1 : 0))
                .array());
        answer.write(question, HEADER, end - HEADER);
        if (found) {
            // The name is a pointer to the query's.
            answer.writeBytes(ByteBuffer.allocate(16)
                    .putShort((short) 0xC00C)
                    .putShort((short) TYPE_A)
                    .putShort((short) 1)
                    .putInt(TTL_SECONDS)
                    .putShort((short) 4)
                    .put(address)
                    .array());
        }
        return answer.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
