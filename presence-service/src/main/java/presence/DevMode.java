package presence;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import presence.config.ServiceConfig;

/** What a node in dev mode does besides serving: prints its addresses, and stops with the process that started it. */
final class DevMode {
    private DevMode() {}

    /** Prints the addresses of a node that is ready as one line of JSON. */
    static void printAddresses(PresenceService service, ServiceConfig config, PrintStream out) {
        String secure = config.tls().enabled() ? "s" : "";
        String authority = host(config.bind()) + ":" + service.publicPort();
        JsonObject addresses = new JsonObject();
        addresses.addProperty("webSocketUrl", "ws" + secure + "://" + authority + "/ws");
        addresses.addProperty("httpUrl", "http" + secure + "://" + authority);
        addresses.addProperty("opsUrl", "http://" + host(config.opsBind()) + ":" + service.opsPort());
        addresses.addProperty("nodeId", service.node().toString());
        addresses.addProperty("pid", ProcessHandle.current().pid());
        // Bytes and a flush: readers take the line as soon as it is there, whatever the platform's charset.
        out.writeBytes((addresses + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** An address that clients on this machine can connect to; that of all interfaces is none. */
    private static String host(String bound) {
        if (bound.equals("0.0.0.0") || bound.equals("::")) {
            return "127.0.0.1";
        }
        return bound.indexOf(':') < 0 ? bound : "[" + bound + "]";
    }

    /** Reads {@code in} on a thread of its own and calls {@code atEnd} when it ends or fails. */
    static void watch(InputStream in, Runnable atEnd) {
        Thread watch = new Thread(
                () -> {
                    try {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // As good as its end: the other side is gone.
                    }
                    atEnd.run();
                },
                "presence-stdin");
        watch.setDaemon(true);
        watch.start();
    }
}
