package presence.bench.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds programs of this machine. */
public final class Programs {
    /** The main class of this program, for its child processes; a name, because it imports the packages that start them. */
    public static final String BENCH = "presence.bench.BenchMain";

    private Programs() {}

    /** Returns the first of these names found on the PATH; null if there is none. */
    public static @Nullable Path onPath(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator))
                        .map(folder -> Path.of(folder.isEmpty() ? "." : folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Returns the Java that runs this process. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
