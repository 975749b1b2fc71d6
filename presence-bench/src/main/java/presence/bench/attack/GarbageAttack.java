package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/** Sends no HTTP: the beginning of TLS, or random bytes. */
record GarbageAttack() implements Attack {
    /** A truncated ClientHello. */
    private static final Chunk TLS = Chunk.of(
            1, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + "\u0000\u00ff\n".repeat(50));

    private static final Chunk RUBBISH = Chunk.of(1, "\u0000\u0001\u0002\u00fe\r\n\r\n".repeat(500));

    @Override
    public String name() {
        return "garbage";
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
        connection.write(connection.number % 2 == 0 ? TLS : RUBBISH);
    }
}
