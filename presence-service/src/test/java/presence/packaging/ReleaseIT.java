package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.Requires;
import presence.testing.process.Command;
import presence.testing.process.Tool;

/** {@code .ci/release.mjs}: the version in all files, and the notes of a release. */
@Requires(Tool.NODE)
class ReleaseIT {
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", "dist", ".git");

    @TempDir
    private Path copy;

    @Test
    void allFilesHaveOneVersion() throws IOException {
        Matcher version = Pattern.compile("<artifactId>presence</artifactId>\\s*<version>(.+)</version>")
                .matcher(Files.readString(Command.root().resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(release(Command.root(), "check", version.group(1)))
                .satisfies(result ->
                        assertThat(result.exitCode()).as(result.output()).isZero());
    }

    @Test
    void aVersionIsSetEverywhereAndTheChangelogIsCut() throws IOException {
        copyRepository();
        Path changelog = copy.resolve("CHANGELOG.md");
        Files.writeString(
                changelog,
                Files.readString(changelog).replaceFirst("## Unreleased\n", "## Unreleased\n\n- A change.\n"));

        Command.Result before = release(copy, "check", "98.7.6");
        assertThat(before.exitCode()).isNotZero();
        assertThat(before.output())
                .contains("pom.xml has ", "presence-client/package.json has ", "presence-client/README.md has ");

        assertThat(release(copy, "set", "98.7.6").exitCode()).isZero();
        Command.Result after = release(copy, "check", "98.7.6");
        assertThat(after.exitCode()).as(after.output()).isZero();
        assertThat(release(copy, "notes", "98.7.6").output()).startsWith("- A change.");
        assertThat(Files.readString(changelog))
                .containsPattern("## Unreleased\n\n## 98\\.7\\.6 - \\d{4}-\\d\\d-\\d\\d\n");

        assertThat(release(copy, "set", "98.8.0-SNAPSHOT").exitCode()).isZero();
        assertThat(release(copy, "check", "98.8.0-SNAPSHOT").exitCode()).isZero();
        assertThat(Files.readString(copy.resolve("presence-client/package.json")))
                .contains("\"version\": \"98.8.0\"");
        Command.Result notes = release(copy, "notes", "98.8.0");
        assertThat(notes.exitCode()).isNotZero();
        assertThat(notes.output()).contains("CHANGELOG.md has no heading");
    }

    private static Command.Result release(Path root, String... arguments) {
        return Command.in(root)
                .run(Duration.ofMinutes(1), List.of(Tool.NODE.path(), ".ci/release.mjs", arguments[0], arguments[1]));
    }

    private void copyRepository() throws IOException {
        Path root = Command.root();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (SKIPPED.contains(folder.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(copy.resolve(root.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // No version is in a picture.
                if (attributes.size() < 1_000_000) {
                    Files.copy(file, copy.resolve(root.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
