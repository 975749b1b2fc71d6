package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/** Announces bodies that are too large with {@code Expect: 100-continue}, and does not read the answers. */
record ExpectAttack() implements Attack {
    private static final Chunk REQUESTS = Chunk.of(
            64, "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n");

    @Override
    public String name() {
        return "expect-unread";
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
    public boolean reads() {
        return false;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.stopReading();
        connection.pour(REQUESTS);
    }
}
