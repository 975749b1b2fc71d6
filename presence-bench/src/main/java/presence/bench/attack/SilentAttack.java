package presence.bench.attack;

/** Connects and sends nothing. */
record SilentAttack() implements Attack {
    @Override
    public String name() {
        return "silent";
    }

    @Override
    public int connections() {
        // More connections than the default limit of handshakes.
        return 12_000;
    }

    @Override
    public String trace() {
        return "presence_handshake_timeouts_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        // Sends nothing.
    }
}
