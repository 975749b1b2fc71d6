package presence.testing.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a node loads, in the form in which a JVM maps them (class data sharing). Saves a third of what the
 * start of a node costs; the tests start hundreds. Made once for a jar and a Java, beside the jar.
 */
final class ClassArchive {
    private static @Nullable List<String> options;

    private ClassArchive() {}

    /** For the JVM of a node; none where no archive can be made. */
    static synchronized List<String> options() {
        if (options == null) {
            try {
                options = List.of("-XX:SharedArchiveFile=" + archive());
            } catch (IOException | IllegalStateException e) {
                System.err.println("nodes start without an archive of their classes: " + e);
                options = List.of();
            }
        }
        return options;
    }

    private static Path archive() throws IOException {
        Path jar = Path.of(System.getProperty("presence.jar"));
        long changed = Files.getLastModifiedTime(jar).toMillis();
        String name = "classes-" + changed + "-" + System.getProperty("java.vm.version") + ".jsa";
        Path archive = jar.resolveSibling(name.replaceAll("[^A-Za-z0-9.-]", "_"));
        if (!Files.exists(archive)) {
            make(archive);
        }
        return archive;
    }

    /** What a node has loaded when it is ready, with Redis if there is one. */
    private static void make(Path archive) throws IOException {
        Path made = Files.createTempFile(archive.getParent(), "classes", ".tmp");
        // The JVM writes no file that is there.
        Files.delete(made);
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Map<String, String> settings = Map.of();
            if (RedisServer.isAvailable()) {
                RedisServer redis = RedisServer.start();
                opened.add(redis);
                settings = Map.of("REDIS_URL", redis.url());
            }
            NodeProcess node = NodeProcess.startWith(List.of("-XX:ArchiveClassesAtExit=" + made), settings);
            opened.add(node);
            node.terminate();
            node.waitFor(Duration.ofMinutes(1));
            Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            removeOthers(archive);
        } finally {
            Files.deleteIfExists(made);
            for (AutoCloseable one : opened) {
                close(one);
            }
        }
    }

    /** Those of jars that were here before. */
    private static void removeOthers(Path archive) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(archive.getParent(), "classes-*.jsa")) {
            for (Path file : files) {
                if (!file.equals(archive)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
