package presence.bench.attack;

/**
 * Requests all metrics from the operators' port repeatedly, from this machine.
 *
 * @param reads whether it reads the answers
 */
record OpsFloodAttack(boolean reads) implements Attack {
    private static final Chunk REQUESTS = Chunk.of(64, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");

    @Override
    public String name() {
        return reads ? "ops-flood" : "ops-flood-unread";
    }

    @Override
    public int connections() {
        return 200;
    }

    @Override
    public String trace() {
        return "presence_ops_limited_total";
    }

    @Override
    public boolean isForOperators() {
        return true;
    }

    @Override
    public void begin(AttackConnection connection) {
        if (!reads) {
            connection.stopReading();
        }
        connection.pour(REQUESTS);
    }
}
