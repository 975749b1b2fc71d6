package presence.bench.attack;

/** Sends a frame of 60 KiB without its last byte, so that the service buffers it. */
record HeldFrameAttack() implements Attack {
    private static final int PAYLOAD = 60 * 1_024;
    private static final Chunk ALMOST = Chunk.of(1, "\u0082\u00fe\u00f0\u0000mask" + "x".repeat(PAYLOAD - 1));

    @Override
    public String name() {
        return "held-frames";
    }

    @Override
    public int connections() {
        return 5_000;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"buffers\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> connection.write(ALMOST));
    }
}
