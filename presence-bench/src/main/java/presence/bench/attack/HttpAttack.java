package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/**
 * Sends pipelined requests without waiting for answers.
 *
 * @param reads whether it reads the answers
 */
record HttpAttack(boolean reads) implements Attack {
    private static final Chunk REQUESTS =
            Chunk.of(32, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

    @Override
    public String name() {
        return reads ? "http" : "http-unread";
    }

    @Override
    public int connections() {
        return 100;
    }

    @Override
    public @Nullable String trace() {
        return null;
    }

    @Override
    public void begin(AttackConnection connection) {
        if (!reads) {
            connection.stopReading();
        }
        connection.pour(REQUESTS);
    }
}
