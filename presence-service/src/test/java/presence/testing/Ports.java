package presence.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that must be told theirs, or come back to it. They lie below those that the system gives to
 * connections and to listeners without a wish: of these, another test may get one before its process has started.
 */
public final class Ports {
    private static final Path GIVEN_BY_THE_SYSTEM = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    /** Linux's beginning, where that cannot be read; macOS begins later. */
    private static final int USUAL_END = 32_768;

    private static final int FIRST = 10_000;

    private Ports() {}

    public static int free() {
        return free(0);
    }

    /** @return a free one of which the port so much higher is free as well */
    static int free(int distance) {
        int end = end() - distance;
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, end);
            if (isFree(port) && isFree(port + distance)) {
                return port;
            }
        }
    }

    private static int end() {
        if (!Files.isReadable(GIVEN_BY_THE_SYSTEM)) {
            return USUAL_END;
        }
        try {
            String first = Files.readString(GIVEN_BY_THE_SYSTEM).strip().split("\\s+")[0];
            // A system that gives nearly all leaves nothing to be safe in.
            return Math.max(USUAL_END, Integer.parseInt(first));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
