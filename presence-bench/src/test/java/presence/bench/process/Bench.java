package presence.bench.process;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the bench's jar like a user would. */
public final class Bench {
    /** A service that lives for seconds does not need the JVM options of one that lives for weeks. */
    public static final String SERVICE_OPTIONS =
            String.join(" ", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1", classArchive());

    private Bench() {}

    /**
     * The archive of the service's classes that its own integration tests have made beside its jar, which saves a third of what
     * a start costs; nothing if they have not run with this jar and this Java. The name is that of their ClassArchive.
     */
    private static String classArchive() {
        Path jar = Path.of(System.getProperty("presence.jar")).normalize();
        try {
            long changed = Files.getLastModifiedTime(jar).toMillis();
            String name = "classes-" + changed + "-" + System.getProperty("java.vm.version") + ".jsa";
            Path archive = jar.resolveSibling(name.replaceAll("[^A-Za-z0-9.-]", "_"));
            return Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command's exit code and output. */
    public record Ending(int exit, String out, String err) {
        public JsonObject json() {
            return new Gson().fromJson(out, JsonObject.class);
        }
    }

    /** Runs it on any core, with its servers: tests measure no speed, and several of them run at once. */
    public static Ending run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of("PRESENCE_BENCH_CORES", "any"), arguments);
    }

    /** Runs it on the core of the load, and its servers on the other one, as for a measurement. */
    public static Ending runPinned(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private static Ending run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Programs.java().toString()));
        // As for the service: it is over before more would pay.
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-jar", System.getProperty("presence.bench.jar")));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("presence-bench", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = Children.start(builder);
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ending(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }
}
