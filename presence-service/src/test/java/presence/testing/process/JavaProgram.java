package presence.testing.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A program of the test's class path in a JVM of its own. */
public final class JavaProgram {
    private JavaProgram() {}

    /** Runs it to its exit and returns its output. */
    public static String run(Duration atMost, Class<?> main, String... arguments) {
        return run(List.of(), atMost, main, arguments);
    }

    /** @param launcher the program that starts the JVM, with its arguments; may be empty */
    static String run(List<String> launcher, Duration atMost, Class<?> main, String... arguments) {
        Stream<String> java = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName());
        List<String> command = Stream.of(launcher.stream(), java, Stream.of(arguments))
                .flatMap(words -> words)
                .toList();
        Command.Result result = Command.in(Path.of(".")).run(atMost, command);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(result.output());
        }
        return result.output();
    }
}
