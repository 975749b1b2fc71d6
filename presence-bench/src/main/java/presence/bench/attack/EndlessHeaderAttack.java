package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/** Sends a request whose headers never end. */
record EndlessHeaderAttack() implements Attack {
    private static final Chunk REQUEST = Chunk.of(1, "GET /ws HTTP/1.1\r\nHost: localhost\r\n");
    private static final Chunk HEADERS = Chunk.of(64, "X-Filler: " + "x".repeat(1_000) + "\r\n");

    @Override
    public String name() {
        return "endless-headers";
    }

    @Override
    public int connections() {
        return 200;
    }

    @Override
    public @Nullable String trace() {
        return null;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.write(REQUEST);
        connection.pour(HEADERS);
    }
}
