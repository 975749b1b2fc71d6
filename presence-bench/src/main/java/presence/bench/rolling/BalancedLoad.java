package presence.bench.rolling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Core;
import presence.bench.process.OpenFiles;
import presence.bench.process.Programs;

/** The options of a measurement behind HAProxy: its program, and how many users on how many boards. */
final class BalancedLoad {
    @Option(names = "--haproxy", description = "haproxy to start; the one on the PATH unless given")
    private @Nullable Path haproxy;

    @Option(names = "--boards", description = "number of boards")
    int boards = 100;

    @Option(names = "--users", description = "users on each board")
    int users = 10;

    /** Takes the load's core and returns HAProxy's program. */
    Path prepare() throws IOException, InterruptedException {
        Path binary = haproxy == null ? Programs.onPath("haproxy") : haproxy;
        if (binary == null) {
            throw new CannotMeasureException("no haproxy on the PATH: install one, or say where with --haproxy");
        }
        // A user has two connections while it changes nodes, and HAProxy two for each of these.
        OpenFiles.require(4L * boards * users + 500);
        Core.LOAD.take();
        return binary;
    }

    /** Returns how many clients HAProxy has at most. */
    int clients() {
        return 2 * boards * users + 100;
    }

    /** Returns this configuration of HAProxy, which this option names. */
    static Path configuration(Path file, String option) {
        if (!Files.isRegularFile(file)) {
            throw new CannotMeasureException("no " + file + ": say where with " + option);
        }
        return file;
    }
}
