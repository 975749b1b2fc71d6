package presence.bench.rolling;

/** How a load balancer chooses the nodes of users. */
enum Placement {
    BY_CHANCE("haproxy.cfg"),
    BY_BOARD("haproxy-affinity.cfg");

    private final String configuration;

    Placement(String configuration) {
        this.configuration = configuration;
    }

    /** The file of HAProxy's configuration in the docker folder. */
    String configuration() {
        return configuration;
    }

    @Override
    public String toString() {
        return this == BY_CHANCE ? "by chance" : "by board";
    }
}
