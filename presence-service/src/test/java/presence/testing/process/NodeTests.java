package presence.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** JavaScript tests ({@code *.test.mjs}) that start nodes, with the packages of {@code presence-client}. */
public final class NodeTests {
    private static final String ENDING = ".test.mjs";
    private static final Path CLIENT = Command.root().resolve("presence-client");

    private NodeTests() {}

    /** Paths from the root of the repository: all of a folder, or the one that is named. */
    private static Stream<Path> in(String folder) {
        if (folder.endsWith(ENDING)) {
            return Stream.of(Path.of(folder));
        }
        try (Stream<Path> files = Files.list(Command.root().resolve(folder))) {
            return files
                    .filter(file -> file.toString().endsWith(ENDING))
                    .map(Command.root()::relativize)
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Installs the packages of {@code presence-client} and its examples if some are missing; not in two processes of
     * one run at once.
     */
    public static void installPackages() {
        Path lock = Path.of(System.getProperty("presence.artifacts")).resolveSibling("npm.lock");
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock ignored = file.lock()) {
            for (Path folder : List.of(CLIENT, CLIENT.resolve("examples"), CLIENT.resolve("examples/tldraw"))) {
                if (npm(folder, "ls", "--silent").exitCode() != 0) {
                    Command.Result install = npm(folder, "ci", "--no-audit", "--no-fund");
                    assertThat(install.exitCode()).as(install.output()).isZero();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Command.Result npm(Path folder, String... arguments) {
        List<String> command =
                Stream.concat(Stream.of(Tool.NPM.path()), Stream.of(arguments)).toList();
        return Command.in(folder).run(Duration.ofMinutes(4), command);
    }

    /**
     * A test for each such file of these folders, and for those that are named themselves, {@code atOnce} of them at a time; nothing in them may fail or be
     * skipped. Prints their measurements after {@code label}.
     */
    public static Stream<DynamicTest> pass(List<String> folders, String label, TestRedis redis, int atOnce) {
        ExecutorService executor = Executors.newFixedThreadPool(atOnce);
        List<DynamicTest> tests = folders.stream()
                .flatMap(NodeTests::in)
                .map(file -> {
                    Future<Command.Result> running = executor.submit(() -> run(file, redis));
                    return DynamicTest.dynamicTest(file.toString(), () -> check(running.get(), label));
                })
                .toList();
        executor.shutdown();
        return tests.stream();
    }

    private static Command.Result run(Path file, TestRedis redis) {
        Path module = file.getName(0);
        Command command = Command.in(Command.root().resolve(module))
                .with(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .with("PRESENCE_JAR", System.getProperty("presence.jar"))
                .with("PRESENCE_JAR_OPTIONS", String.join(" ", ClassArchive.options()))
                .with("PRESENCE_ARTIFACTS", System.getProperty("presence.artifacts"))
                .with("REDIS_URL", redis.url());
        for (Tool browser : List.of(Tool.CHROMIUM, Tool.FIREFOX)) {
            browser.find().ifPresent(program -> command.with(browser.name(), program.toString()));
        }
        return command.run(
                Duration.ofMinutes(4),
                List.of(Tool.NODE.path(), "--test", module.relativize(file).toString()));
    }

    private static void check(Command.Result result, String label) {
        result.output()
                .lines()
                .filter(line -> line.startsWith("# [measured]"))
                .forEach(line -> System.out.println("[" + label + "] " + line.substring(2)));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("# fail 0").contains("# skipped 0").doesNotContain("# pass 0");
    }
}
