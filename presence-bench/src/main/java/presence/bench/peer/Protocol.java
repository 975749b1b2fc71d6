package presence.bench.peer;

import org.jspecify.annotations.Nullable;

/** The protocols a swarm speaks. */
public enum Protocol {
    /** The service's own. */
    PRESENCE(null),
    /** Ten binary bytes for a position, relayed as they are. */
    RELAY(new RelayDialect()),
    /** Socket.IO 4 over a WebSocket. */
    SOCKETIO(new SocketIoDialect()),
    /** Centrifugo's, in protobuf. */
    CENTRIFUGO(new CentrifugoDialect());

    private final @Nullable Dialect dialect;

    Protocol(@Nullable Dialect dialect) {
        this.dialect = dialect;
    }

    /** Returns null for the service's own protocol. */
    public @Nullable Dialect dialect() {
        return dialect;
    }
}
