package presence.bench.swarm;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Children;
import presence.bench.process.Core;
import presence.bench.process.OpenFiles;
import presence.bench.process.Programs;
import presence.bench.process.Server;
import presence.bench.process.ServiceProcess;

/** A swarm in a JVM of its own, on the load's core. */
public final class SwarmProcess implements AutoCloseable {
    private static final List<String> JAVA_OPTIONS = List.of("-XX:+UseSerialGC", "-Xms1g", "-Xmx1g", "-Xmn512m");
    /** Descriptors a process needs besides one per connection. */
    private static final int SPARE_FILES = 100;

    private static final int CONNECT_SECONDS = 120;

    private final Process process;
    private final Path answer;
    private final Path errors;

    private SwarmProcess(Process process, Path answer, Path errors) {
        this.process = process;
        this.answer = answer;
        this.errors = errors;
    }

    public static SwarmProcess start(Load load, int warmup, int seconds, List<? extends Server> servers)
            throws IOException {
        OpenFiles.require(load.connections() + SPARE_FILES);
        List<String> command = new ArrayList<>(List.of(Programs.java().toString()));
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Programs.BENCH, "swarm"));
        command.addAll(load.arguments());
        command.addAll(List.of("--json", "--warmup", Integer.toString(warmup), "--seconds", Integer.toString(seconds)));
        for (Server server : servers) {
            command.addAll(List.of("--url", server.url().toString(), "--pid", Long.toString(server.pid())));
        }
        Path answer = Files.createTempFile("presence-swarm", ".json");
        Path errors = Files.createTempFile("presence-swarm", ".log");
        ProcessBuilder builder = new ProcessBuilder(Core.LOAD.run(command))
                .redirectOutput(answer.toFile())
                .redirectError(errors.toFile());
        return new SwarmProcess(Children.start(builder), answer, errors);
    }

    /** Waits for the swarm's report. */
    public SwarmReport report() throws IOException, InterruptedException {
        process.waitFor();
        String json = Files.readString(answer, StandardCharsets.UTF_8);
        try {
            SwarmReport report = new Gson().fromJson(json, SwarmReport.class);
            if (report != null) {
                return report;
            }
        } catch (JsonSyntaxException e) {
            // Reported below, with the swarm's own output.
        }
        throw new CannotMeasureException("the swarm ended with " + process.exitValue() + ":\n"
                + Files.readString(errors, StandardCharsets.UTF_8));
    }

    /** Waits until these nodes together have so many members. */
    public void awaitJoined(List<ServiceProcess> services, int members) throws IOException, InterruptedException {
        for (int second = 0; joined(services) < members; second++) {
            if (second == CONNECT_SECONDS) {
                throw new CannotMeasureException("not all users have joined after " + second + " s");
            }
            runOn(1);
        }
    }

    private static double joined(List<ServiceProcess> services) throws IOException, InterruptedException {
        double joined = 0;
        for (ServiceProcess service : services) {
            joined += service.metric("presence_members_local");
        }
        return joined;
    }

    /** Waits for this long while the swarm runs. */
    public void runOn(double seconds) throws IOException, InterruptedException {
        if (process.waitFor((long) (seconds * 1_000), TimeUnit.MILLISECONDS)) {
            report();
            throw new CannotMeasureException(
                    "the swarm ended early:\n" + Files.readString(errors, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(answer);
        Files.deleteIfExists(errors);
    }
}
