package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/** Sends signals of the largest allowed size to all members of a board, as many as are relayed. */
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
        // Stays within the limit: nothing is refused.
        return null;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> connection.every(ROUND_MS, () -> connection.write(SIGNAL)));
    }
}
