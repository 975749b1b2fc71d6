package presence.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its exit and captures its output. */
public final class Command {
    /** Exit code and output; standard output and error together. */
    public record Result(int exitCode, String output) {}

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();

    private Command(Path directory) {
        this.directory = directory;
    }

    public static Command in(Path directory) {
        return new Command(directory);
    }

    /** The root of the repository. */
    public static Path root() {
        return Path.of(System.getProperty("presence.root"));
    }

    public Command with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** @throws IllegalStateException if it runs for longer than {@code atMost}; it is killed then */
    public Result run(Duration atMost, List<String> command) {
        try {
            Path output = Files.createTempFile("command", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        command + " still runs after " + atMost + ":\n" + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
