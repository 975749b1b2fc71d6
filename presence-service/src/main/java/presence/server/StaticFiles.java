package presence.server;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import presence.ops.HttpReply;

/** Serves the browser client and the demo page from the jar. Thread-safe. */
final class StaticFiles {
    private static final Pattern CLIENT = Pattern.compile("/(presence-[a-z]{1,32}\\.js)");
    private static final Pattern DEMO =
            Pattern.compile("/demo/((?:[a-z]{1,16}/)?[a-z][a-z0-9-]{0,32}\\.(?:js|css|svg|png))");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");
    /** The page loads nothing from other origins, except a WebSocket, possibly of another node. */
    private static final String POLICY =
            "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' https: data:; frame-ancestors 'self'";

    private final boolean demo;
    /** Existing files only; requested names that do not exist are not cached. */
    private final Map<String, byte[]> cache = new ConcurrentHashMap<>();

    StaticFiles(boolean demo) {
        this.demo = demo;
    }

    /** The file at {@code path}, or 404. */
    FullHttpResponse get(String path) {
        Optional<String> resource = resourceOf(path);
        Optional<byte[]> content = resource.flatMap(this::content);
        if (content.isEmpty()) {
            return HttpReply.text(HttpResponseStatus.NOT_FOUND, "not found");
        }
        String name = resource.orElse("");
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        FullHttpResponse response = HttpReply.of(HttpResponseStatus.OK, type, content.get());
        response.headers().set("Content-Security-Policy", POLICY);
        if (CLIENT.matcher(path).matches()) {
            // Any page may import the client from here; PRESENCE_ALLOWED_ORIGINS decides which pages may connect.
            response.headers()
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                    .set("Cross-Origin-Resource-Policy", "cross-origin");
        }
        return response;
    }

    int cached() {
        return cache.size();
    }

    private Optional<String> resourceOf(String path) {
        Matcher client = CLIENT.matcher(path);
        if (client.matches()) {
            return Optional.of("/presence/client/" + client.group(1));
        }
        if (!demo) {
            return Optional.empty();
        }
        if (path.equals("/")) {
            return Optional.of("/presence/demo/index.html");
        }
        Matcher page = DEMO.matcher(path);
        return page.matches() ? Optional.of("/presence/demo/" + page.group(1)) : Optional.empty();
    }

    private Optional<byte[]> content(String resource) {
        byte[] known = cache.get(resource);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<byte[]> loaded = load(resource);
        loaded.ifPresent(content -> cache.put(resource, content));
        return loaded;
    }

    private static Optional<byte[]> load(String resource) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }
}
