package presence.bench.attack;

/**
 * Becomes a WebSocket and never joins: every second connection waits until it is closed, the others leave and
 * reconnect.
 */
record NeverJoinAttack() implements Attack {
    private static final long STAY_MS = 500;

    @Override
    public String name() {
        return "never-join";
    }

    @Override
    public int connections() {
        return 10_000;
    }

    @Override
    public String trace() {
        return "presence_closed_total{reason=\"heartbeat_timeout\"}";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            if (connection.number % 2 == 0) {
                connection.closeIn(STAY_MS);
            }
        });
    }
}
