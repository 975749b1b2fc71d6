package presence.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that need a fixed one, or restart on it. They are below the ephemeral range: another test could
 * get an ephemeral port before its process has started.
 */
public final class Ports {
    private static final Path GIVEN_BY_THE_SYSTEM = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    /** The default start of Linux' ephemeral range, if it cannot be read; macOS starts higher. */
    private static final int USUAL_END = 32_768;

    private static final int FIRST = 10_000;

    private Ports() {}

    public static int free() {
        return free(0);
    }

    /** @return a free port, such that the port {@code distance} higher is free as well */
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
            // The ephemeral range covers nearly all ports: none is safe.
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
