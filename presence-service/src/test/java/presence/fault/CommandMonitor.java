package presence.fault;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Reads what is published from the MONITOR of a Redis, in the order of its execution. Unlike a subscriber it is no receiver
 * of a PUBLISH, so nodes that publish only to receivers do not notice it. Sees nothing after the connection is lost.
 */
final class CommandMonitor implements AutoCloseable {
    private static final int CONNECT_MS = 1_000;

    private final Socket socket = new Socket();

    /** @param onPublished receives the channel and the message of each PUBLISH, those of scripts included; on one thread */
    CommandMonitor(int port, BiConsumer<String, byte[]> onPublished) {
        try {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MS);
            socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            String reply = line(in);
            if (!reply.equals("+OK")) {
                throw new IllegalStateException("Redis answers MONITOR with " + reply);
            }
            Thread reading = new Thread(() -> readAll(in, onPublished), "command-monitor");
            reading.setDaemon(true);
            reading.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readAll(InputStream in, BiConsumer<String, byte[]> onPublished) {
        try {
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                List<byte[]> command = command(line);
                if (command.size() == 3 && text(command.get(0)).equalsIgnoreCase("publish")) {
                    onPublished.accept(text(command.get(1)), command.get(2));
                }
            }
        } catch (IOException closed) {
            // By close or by Redis.
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Returns the next line, all its characters below 128; empty at the end. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** The words of a line such as {@code +1700000000.123456 [0 127.0.0.1:1234] "publish" "channel" "\x08\n"}. */
    static List<byte[]> command(String line) {
        List<byte[]> words = new ArrayList<>();
        int at = line.indexOf("] \"") + 2;
        while (at >= 2 && at < line.length() && line.charAt(at) == '"') {
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            at++;
            while (line.charAt(at) != '"') {
                if (line.charAt(at) != '\\') {
                    word.write(line.charAt(at++));
                } else if (line.charAt(at + 1) == 'x') {
                    word.write(Integer.parseInt(line.substring(at + 2, at + 4), 16));
                    at += 4;
                } else {
                    word.write(unescaped(line.charAt(at + 1)));
                    at += 2;
                }
            }
            words.add(word.toByteArray());
            // The quote and a space.
            at += 2;
        }
        return words;
    }

    private static int unescaped(char escape) {
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'a' -> 7;
            case 'b' -> '\b';
            default -> escape;
        };
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
