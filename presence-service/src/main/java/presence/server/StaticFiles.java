package presence.server;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import presence.ops.HttpReply;
import presence.ops.ServedFile;

/**
 * Serves the browser client and the demo page from the jar. Thread-safe.
 *
 * <p>Browsers ask again for every file but get its content only when it has changed. Addresses with a version are cached
 * for good.
 */
final class StaticFiles {
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

    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private final boolean demo;
    private final String clientVersion;
    /** Existing files only; requested names that do not exist are not cached. */
    private final Map<String, ServedFile> cache = new ConcurrentHashMap<>();

    StaticFiles(boolean demo) {
        this.demo = demo;
        this.clientVersion = ClientModules.version(ServedFile.load(ClientModules.PACKAGE)
                .orElseThrow(() -> new IllegalStateException("the jar lacks " + ClientModules.PACKAGE)));
    }

    /**
     * Returns the file at {@code path}; 304 if the client has it; or 404.
     *
     * @param ifNoneMatch the values of this header
     */
    FullHttpResponse get(String path, List<String> ifNoneMatch) {
        Optional<ClientModules.Address> module = ClientModules.at(path);
        if (module.isEmpty()) {
            return demoResource(path)
                    .flatMap(resource -> file(resource, resource, UnaryOperator.identity()))
                    .map(file -> file.answer(ifNoneMatch, POLICY))
                    .orElseGet(() -> HttpReply.text(HttpResponseStatus.NOT_FOUND, "not found"));
        }
        FullHttpResponse response = module(module.get(), ifNoneMatch);
        // Any page may import the client from here; PRESENCE_ALLOWED_ORIGINS decides which pages may connect.
        response.headers()
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .set("Cross-Origin-Resource-Policy", "cross-origin");
        return response;
    }

    /** Returns the version of the browser client that this node serves. */
    String clientVersion() {
        return clientVersion;
    }

    int cached() {
        return cache.size();
    }

    private FullHttpResponse module(ClientModules.Address address, List<String> ifNoneMatch) {
        String resource = address.resource();
        String version = address.version();
        if (version == null) {
            return file(resource, resource, UnaryOperator.identity())
                    .map(file -> file.answer(ifNoneMatch, POLICY))
                    .orElseGet(() -> HttpReply.text(HttpResponseStatus.NOT_FOUND, "not found"));
        }
        if (!version.equals(clientVersion)) {
            return HttpReply.text(HttpResponseStatus.NOT_FOUND, "this node has version " + clientVersion);
        }
        Optional<ServedFile> file =
                file(resource + '@', resource, content -> ClientModules.versioned(content, clientVersion));
        if (file.isEmpty()) {
            return HttpReply.text(HttpResponseStatus.NOT_FOUND, "not found");
        }
        FullHttpResponse response = file.get().answer(ifNoneMatch, POLICY);
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, FOR_GOOD);
        return response;
    }

    private Optional<String> demoResource(String path) {
        if (!demo) {
            return Optional.empty();
        }
        if (path.equals("/")) {
            return Optional.of("/presence/demo/index.html");
        }
        if (path.equals("/boards")) {
            return Optional.of("/presence/demo/lobby.html");
        }
        Matcher page = DEMO.matcher(path);
        return page.matches() ? Optional.of("/presence/demo/" + page.group(1)) : Optional.empty();
    }

    private Optional<ServedFile> file(String key, String resource, UnaryOperator<byte[]> change) {
        ServedFile known = cache.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        String type = TYPES.getOrDefault(resource.substring(resource.lastIndexOf('.') + 1), "application/octet-stream");
        Optional<ServedFile> loaded =
                ServedFile.load(resource).map(content -> ServedFile.of(change.apply(content), type));
        loaded.ifPresent(file -> cache.put(key, file));
        return loaded;
    }
}
