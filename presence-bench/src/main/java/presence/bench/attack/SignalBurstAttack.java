package presence.bench.attack;

/** One member of a board of good users sends bursts of large signals, each burst in one write. */
record SignalBurstAttack() implements Attack {
    private static final long ROUND_MS = 1_000;
    private static final Chunk BURST = Chunk.ofLargeSignals(17);

    @Override
    public String name() {
        return "signal-bursts";
    }

    @Override
    public int connections() {
        return 1;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"event_bytes\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> {
            connection.write(BURST);
            connection.every(ROUND_MS, () -> connection.write(BURST));
        });
    }
}
