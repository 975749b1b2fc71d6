package presence.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Children;
import presence.bench.process.Core;
import presence.bench.process.LocalPort;
import presence.bench.process.ProcessOutput;
import presence.bench.process.Server;

/** A node of another server, on the servers' core. */
final class PeerProcess implements Server {
    private static final int START_SECONDS = 30;
    private static final Pattern READY = Pattern.compile("^ready (\\d+)$");

    private final Process process;
    private final int port;

    private PeerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a program that chooses a port and prints {@code ready PORT}. */
    static PeerProcess choosing(Path folder, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Process process = start(folder, command, environment);
        ProcessOutput output = new ProcessOutput(process.getInputStream(), READY);
        try {
            String last = command.get(command.size() - 1);
            return new PeerProcess(
                    process, Integer.parseInt(output.await(START_SECONDS, last).group(1)));
        } catch (CannotMeasureException e) {
            Children.end(process);
            throw e;
        }
    }

    /** Starts a program that listens on the port in this variable, and prints nothing that is awaited. */
    static PeerProcess listening(
            Path folder, List<String> command, String portVariable, Map<String, String> environment)
            throws IOException, InterruptedException {
        int port = LocalPort.free();
        Map<String, String> all = new HashMap<>(environment);
        all.put(portVariable, Integer.toString(port));
        Process process = start(folder, command, all);
        ProcessOutput output = new ProcessOutput(process.getInputStream(), READY);
        PeerProcess peer = new PeerProcess(process, port);
        if (!LocalPort.awaitListening(process, port, START_SECONDS)) {
            peer.close();
            throw new CannotMeasureException(
                    command.get(0) + " does not listen on port " + port + ":\n" + output.tail());
        }
        return peer;
    }

    private static Process start(Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Core.SERVERS.run(command))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        return Children.start(builder);
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
