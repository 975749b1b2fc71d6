package presence.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Children;
import presence.bench.process.FloorProcess;
import presence.bench.process.Programs;
import presence.bench.process.RedisProcess;
import presence.bench.process.Server;

/** The programs of the peers: installed at their first use into a folder that later runs use again. */
final class PeerPrograms {
    static final String CENTRIFUGO = "6.9.1";
    private static final String CENTRIFUGO_MODULE = "github.com/centrifugal/centrifugo/v6@v" + CENTRIFUGO;
    private static final List<String> FILES = List.of(
            "package.json", "package-lock.json", "boards-in-redis.mjs", "socketio.mjs", "uwebsockets.mjs", "ws.mjs");

    private final Path folder;
    private @Nullable Path floor;
    private boolean hasPackages;

    PeerPrograms(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** Starts one of the servers for Node.js; its packages come from npm, at the versions of the lock file. */
    Server node(String script, @Nullable RedisProcess redis) throws IOException, InterruptedException {
        Path node = require("node");
        installPackages();
        Map<String, String> environment = new HashMap<>();
        environment.put("REDIS_URL", redis == null ? "" : redis.url());
        return PeerProcess.choosing(folder, List.of(node.toString(), script), environment);
    }

    private void installPackages() throws IOException, InterruptedException {
        if (hasPackages) {
            return;
        }
        Files.createDirectories(folder);
        for (String file : FILES) {
            try (InputStream carried = PeerPrograms.class.getResourceAsStream(file)) {
                if (carried == null) {
                    throw new CannotMeasureException(file + " is not in this jar");
                }
                Files.copy(carried, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        String npm = require("npm").toString();
        // Scripts of packages are not needed: the one native module comes compiled.
        run(List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"), Map.of());
        hasPackages = true;
    }

    /** Starts Centrifugo: from the PATH, or compiled by Go. */
    Server centrifugo(@Nullable RedisProcess redis) throws IOException, InterruptedException {
        Path program = Programs.onPath("centrifugo");
        if (program == null) {
            program = folder.resolve("centrifugo");
            if (!Files.isExecutable(program)) {
                String go = require("go").toString();
                Files.createDirectories(folder);
                run(List.of(go, "install", CENTRIFUGO_MODULE), Map.of("GOBIN", folder.toString()));
            }
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "CENTRIFUGO_HTTP_SERVER_ADDRESS", "127.0.0.1",
                // Without tokens, and every client may publish.
                "CENTRIFUGO_CLIENT_INSECURE", "true",
                "CENTRIFUGO_LOG_LEVEL", "warn"));
        if (redis != null) {
            environment.put("CENTRIFUGO_ENGINE_TYPE", "redis");
            environment.put("CENTRIFUGO_ENGINE_REDIS_ADDRESS", redis.url());
        }
        return PeerProcess.listening(folder, List.of(program.toString()), "CENTRIFUGO_HTTP_SERVER_PORT", environment);
    }

    /** Starts the bare C server. */
    Server floor(int tickHz) throws IOException, InterruptedException {
        if (floor == null) {
            floor = FloorProcess.compile(Files.createTempDirectory("presence-floor"));
        }
        return FloorProcess.start(floor, tickHz);
    }

    private static Path require(String program) {
        Path path = Programs.onPath(program);
        if (path == null) {
            throw new CannotMeasureException("no " + program + " on the PATH");
        }
        return path;
    }

    private void run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = Children.start(builder);
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new CannotMeasureException(String.join(" ", command) + " failed:\n" + printed.strip());
        }
    }
}
