package presence.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Redis of its own on the load's core, so that its cost is not counted as the service's. */
public final class RedisProcess implements AutoCloseable {
    private static final int START_SECONDS = 10;
    /** {@code cmdstat_publish:calls=123,usec=…}, and spublish. */
    private static final Pattern PUBLISHED = Pattern.compile("cmdstat_s?publish:calls=(\\d+)");

    private static final Pattern COMMANDS = Pattern.compile("total_commands_processed:(\\d+)");

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static RedisProcess start(Path binary) throws IOException, InterruptedException {
        int port = LocalPort.free();
        Path folder = Files.createTempDirectory("presence-bench-redis");
        // It stays empty.
        folder.toFile().deleteOnExit();
        List<String> command = List.of(
                binary.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder.toString());
        Process process = Children.start(new ProcessBuilder(Core.LOAD.run(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        RedisProcess redis = new RedisProcess(process, port);
        redis.awaitAnswer(binary);
        return redis;
    }

    private void awaitAnswer(Path binary) throws InterruptedException {
        if (!LocalPort.await(process, this::answers, START_SECONDS)) {
            close();
            throw new CannotMeasureException(binary + " does not start");
        }
    }

    private boolean answers() {
        try {
            return ask("PING").startsWith("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    private String ask(String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Returns the messages published since the start: mostly cursors. */
    public long published() throws IOException {
        return published(ask("INFO commandstats"));
    }

    /** Returns the commands executed since the start. */
    public long commands() throws IOException {
        Matcher matcher = COMMANDS.matcher(ask("INFO stats"));
        if (!matcher.find()) {
            throw new CannotMeasureException("INFO stats has no total_commands_processed");
        }
        return Long.parseLong(matcher.group(1));
    }

    public ProcessUsage usage() throws IOException {
        return ProcessUsage.of(process.pid());
    }

    public static long published(String commandStats) {
        Matcher matcher = PUBLISHED.matcher(commandStats);
        long calls = 0;
        while (matcher.find()) {
            calls += Long.parseLong(matcher.group(1));
        }
        return calls;
    }

    @Override
    public void close() {
        Children.end(process);
    }
}
