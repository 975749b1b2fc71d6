package presence.testing.client;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Speaks the Redis protocol, one connection per command, to servers that start and stop: without a client
 * that reconnects and resends by itself.
 */
public final class Resp {
    private static final int CONNECT_MS = 1_000;
    private static final int ANSWER_MS = 60_000;

    private Resp() {}

    /** The reply, nested arrays flattened; empty if there is none. */
    public static List<String> ask(int port, String... command) {
        try {
            return require(port, command);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The reply, nested arrays flattened; an error reply is an {@link IllegalStateException}. */
    public static List<String> require(int port, String... command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MS);
            socket.setSoTimeout(ANSWER_MS);
            write(socket.getOutputStream(), command);
            List<String> answer = new ArrayList<>();
            read(new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream())), answer);
            return answer;
        }
    }

    private static void write(OutputStream out, String... command) throws IOException {
        StringBuilder text = new StringBuilder("*" + command.length + "\r\n");
        for (String word : command) {
            text.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void read(DataInputStream in, List<String> into) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+', ':' -> into.add(rest);
            case '-' -> throw new IllegalStateException("Redis says " + rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length >= 0) {
                    into.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                    in.readNBytes(2);
                }
            }
            case '*' -> {
                for (int left = Integer.parseInt(rest); left > 0; left--) {
                    read(in, into);
                }
            }
            default -> throw new IOException("not RESP2: " + line);
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\r'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        in.readUnsignedByte();
        return line.toString();
    }
}
