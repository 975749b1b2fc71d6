package presence.bench.attack;

/** Joins and leaves boards of good users, just below the limit of frames. */
record JoinLeaveAttack() implements Attack {
    private static final long ROUND_MS = 10;
    private static final int TIMES = 8;

    @Override
    public String name() {
        return "join-leave";
    }

    @Override
    public int connections() {
        return 20;
    }

    @Override
    public String trace() {
        return "presence_leaves_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> connection.every(ROUND_MS, () -> {
            for (int i = 0; i < TIMES; i++) {
                connection.write(connection.joinFrame(), 1);
                connection.write(connection.leaveFrame(), 1);
            }
        }));
    }
}
