package presence.bench.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A port of a process on this machine. */
public final class LocalPort {
    private static final int CONNECT_MS = 1_000;
    private static final int POLL_MS = 20;

    private LocalPort() {}

    /** Returns a port that no process listens on now. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the process listens on the port; returns false if it ends or does not within that time. */
    public static boolean awaitListening(Process process, int port, int seconds) throws InterruptedException {
        return await(process, () -> listens(port), seconds);
    }

    /** Waits for a condition; returns false if the process ends or the condition is not true within that time. */
    static boolean await(Process process, BooleanSupplier condition, int seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        return true;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
