package presence.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Tests in JavaScript, {@code *.test.mjs} of {@code presence-client}, that start nodes of their own. */
public final class NodeTests {
    private static final Path CLIENT = Command.root().resolve("presence-client");

    private NodeTests() {}

    /** Those in a folder of {@code presence-client}, as paths from there. */
    public static List<String> in(String folder) {
        try (Stream<Path> files = Files.list(CLIENT.resolve(folder))) {
            return files.map(file -> folder + "/" + file.getFileName())
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Packages of {@code presence-client} and its examples, if some are missing. */
    public static void installPackages() {
        for (Path folder : List.of(CLIENT, CLIENT.resolve("examples"))) {
            if (npm(folder, "ls", "--silent").exitCode() != 0) {
                Command.Result install = npm(folder, "ci", "--no-audit", "--no-fund");
                assertThat(install.exitCode()).as(install.output()).isZero();
            }
        }
    }

    private static Command.Result npm(Path folder, String... arguments) {
        List<String> command =
                Stream.concat(Stream.of(Tool.NPM.path()), Stream.of(arguments)).toList();
        return Command.in(folder).run(Duration.ofMinutes(4), command);
    }

    /** Runs one file to its end; nothing in it may fail or be skipped. What it measured is printed behind {@code label}. */
    public static void pass(String file, String label, TestRedis redis) {
        Command command = Command.in(CLIENT)
                .with(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .with("PRESENCE_JAR", System.getProperty("presence.jar"))
                .with("PRESENCE_ARTIFACTS", System.getProperty("presence.artifacts"))
                .with("REDIS_URL", redis.url());
        Tool.CHROMIUM.find().ifPresent(chromium -> command.with("CHROMIUM", chromium.toString()));
        Command.Result result = command.run(Duration.ofMinutes(4), List.of(Tool.NODE.path(), "--test", file));
        result.output()
                .lines()
                .filter(line -> line.startsWith("# [measured]"))
                .forEach(line -> System.out.println("[" + label + "] " + line.substring(2)));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("# fail 0").contains("# skipped 0").doesNotContain("# pass 0");
    }
}
