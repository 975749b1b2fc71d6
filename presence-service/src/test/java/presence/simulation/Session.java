package presence.simulation;

import java.util.LinkedHashSet;
import java.util.Set;

/** One TCP connection: each side holds it open until it learns that the other has closed it. */
final class Session implements SimRedis.Subscriber {
    private final SimConnection connection;
    /** Packets to the server arrive in order, so none before this. */
    long serverArrivalUs;
    /** The same for packets to the client. */
    long clientArrivalUs;

    boolean isOpenAtServer = true;
    boolean isOpenAtClient = true;
    /** Whether the client gave it up: what it had sent and the network had not taken is lost. */
    boolean isAbandoned;
    /** Whether what the server sends is lost. */
    boolean isLossy;

    final Set<String> channels = new LinkedHashSet<>();

    Session(SimConnection connection) {
        this.connection = connection;
    }

    SimConnection connection() {
        return connection;
    }

    @Override
    public void onMessage(String channel, byte[] message) {
        connection.deliver(this, channel, message);
    }
}
