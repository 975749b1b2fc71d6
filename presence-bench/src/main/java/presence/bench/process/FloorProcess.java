package presence.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bare C server with the service's socket reads and writes and nothing else: the cost of the kernel alone. */
public final class FloorProcess implements Server {
    private static final int START_SECONDS = 5;

    private final Process process;
    private final int port;

    private FloorProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Compiles the server into this folder; both files are deleted at the end of this process. */
    public static Path compile(Path folder) throws IOException, InterruptedException {
        Path compiler = Programs.onPath("cc", "gcc", "clang");
        if (compiler == null) {
            throw new CannotMeasureException("no C compiler found: install cc, gcc or clang");
        }
        Path source = folder.resolve("floor.c");
        Path program = folder.resolve("floor");
        // Deleted in reverse order: the files first.
        folder.toFile().deleteOnExit();
        source.toFile().deleteOnExit();
        program.toFile().deleteOnExit();
        try (InputStream carried = FloorProcess.class.getResourceAsStream("floor.c")) {
            if (carried == null) {
                throw new CannotMeasureException("floor.c is not in this jar");
            }
            Files.copy(carried, source);
        }
        Process compiling = Children.start(
                new ProcessBuilder(compiler.toString(), "-O2", "-o", program.toString(), source.toString())
                        .redirectErrorStream(true));
        String said = new String(compiling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiling.waitFor() != 0) {
            throw new CannotMeasureException(compiler + " cannot compile floor.c:\n" + said);
        }
        return program;
    }

    public static FloorProcess start(Path program, int tickHz) throws IOException, InterruptedException {
        int port = LocalPort.free();
        List<String> command = List.of(program.toString(), Integer.toString(port), Integer.toString(tickHz));
        FloorProcess floor =
                new FloorProcess(Children.start(new ProcessBuilder(Core.SERVERS.run(command)).inheritIO()), port);
        if (!LocalPort.awaitListening(floor.process, port, START_SECONDS)) {
            floor.close();
            throw new CannotMeasureException("the floor server does not listen on port " + port);
        }
        return floor;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public URI url() {
        return URI.create("ws://127.0.0.1:" + port + "/ws");
    }

    @Override
    public void close() {
        Children.end(process);
    }
}
