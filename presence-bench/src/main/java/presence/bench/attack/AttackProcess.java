package presence.bench.attack;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Children;
import presence.bench.process.Core;
import presence.bench.process.ProcessOutput;
import presence.bench.process.Programs;

/**
 * Runs an attack in a JVM of its own. It uses only what the good users leave of the load's core, so that it does not
 * delay them by itself.
 */
final class AttackProcess implements AutoCloseable {
    private static final List<String> JAVA_OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx1g", "-XX:TieredStopAtLevel=1");
    /** For its start, and for its end, where it may get no CPU time until another process on that core has ended. */
    private static final int START_SECONDS = 180;

    private final Process process;
    private final ProcessOutput errors;
    private final Path answer;

    private AttackProcess(Process process, Path answer) {
        this.process = process;
        this.answer = answer;
        this.errors = new ProcessOutput(process.getErrorStream(), Pattern.compile(AssailCommand.BEGUN));
    }

    /** Returns when the first connection is open. */
    static AttackProcess start(Attack attack, AttackTarget target, int connections)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Programs.java().toString()));
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Programs.BENCH));
        command.addAll(List.of("assail", attack.name(), "--url", target.url().toString()));
        command.addAll(List.of("--ops-port", Integer.toString(target.opsPort())));
        command.addAll(List.of("--board-prefix", target.prefix(), "--boards", Integer.toString(target.boards())));
        command.addAll(List.of("--connections", Integer.toString(connections)));
        Path answer = Files.createTempFile("presence-attack", ".json");
        AttackProcess started = new AttackProcess(
                Children.start(new ProcessBuilder(Core.LOAD.run(command)).redirectOutput(answer.toFile())), answer);
        try {
            started.errors.await(START_SECONDS, "the attack");
            // Only now: on a busy machine the start of a JVM with this priority takes minutes.
            Core.yieldToOthers(started.process);
            return started;
        } catch (CannotMeasureException e) {
            started.close();
            throw e;
        }
    }

    /** Ends the attack and all its connections at once. */
    AttackReport end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            throw new CannotMeasureException("the attack does not end:\n" + errors.tail());
        }
        String output = Files.readString(answer, StandardCharsets.UTF_8);
        // A JVM may print a warning, too.
        return output.lines()
                .filter(line -> line.startsWith("{"))
                .findFirst()
                .map(AttackProcess::parsed)
                .orElseThrow(() -> new CannotMeasureException("the attack ended with " + process.exitValue()
                        + " and printed:\n" + output + "\n" + errors.tail()));
    }

    private static @Nullable AttackReport parsed(String json) {
        try {
            return new Gson().fromJson(json, AttackReport.class);
        } catch (JsonSyntaxException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(answer);
    }
}
