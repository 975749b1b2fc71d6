package presence.bench;

import org.jspecify.annotations.Nullable;

/** The largest signals there may be, as many as are passed on: to everybody on the board. */
record LargeSignalAttack() implements Attack {
    private static final long ROUND_MS = 25;
    private static final Chunk SIGNAL = Chunk.ofLargeSignals(1);

    @Override
    public String name() {
        return "large-signals";
    }

    @Override
    public int connections() {
        return 20;
    }

    @Override
    public @Nullable String trace() {
        // Not one too many: nothing to refuse.
        return null;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> connection.every(ROUND_MS, () -> connection.write(SIGNAL)));
    }
}
