package presence.bench.attack;

/** Connects and sends nothing, all from one address: more connections than its limit of handshakes by default. */
record OneAddressAttack() implements Attack {
    @Override
    public String name() {
        return "silent-one-address";
    }

    @Override
    public int connections() {
        return 10_100;
    }

    @Override
    public String trace() {
        return "presence_limited_total{limit=\"handshakes_address\"}";
    }

    @Override
    public int addresses() {
        return 1;
    }

    @Override
    public void begin(AttackConnection connection) {
        // Sends nothing.
    }
}
