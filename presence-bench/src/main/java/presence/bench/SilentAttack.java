package presence.bench;

/** Connects and says nothing. */
record SilentAttack() implements Attack {
    @Override
    public String name() {
        return "silent";
    }

    @Override
    public int connections() {
        // More than may be in their handshake at once by default.
        return 12_000;
    }

    @Override
    public String trace() {
        return "presence_handshake_timeouts_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        // Nothing.
    }
}
