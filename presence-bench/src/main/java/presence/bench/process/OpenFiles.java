package presence.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit of files, sockets included, that a process may have open; children inherit it. */
public final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private OpenFiles() {}

    /** The hard limit: a JVM raises its own soft one up to it. */
    public static long limit() throws IOException {
        return Files.exists(LIMITS) ? limit(Files.readString(LIMITS)) : Long.MAX_VALUE;
    }

    public static long limit(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.trim().split("\\s{2,}")[2])
                .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    public static void require(long files) throws IOException {
        if (limit() < files) {
            throw new CannotMeasureException(files + " open files are needed and " + limit()
                    + " are allowed: start this from a shell after ulimit -n " + files);
        }
    }
}
