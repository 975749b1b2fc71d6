package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/** Connects and closes the connection at once. */
record ConnectCloseAttack() implements Attack {
    @Override
    public String name() {
        return "connect-close";
    }

    @Override
    public int connections() {
        return 256;
    }

    @Override
    public @Nullable String trace() {
        return null;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.close();
    }
}
