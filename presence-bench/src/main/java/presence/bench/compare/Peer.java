package presence.bench.compare;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import presence.bench.peer.Protocol;
import presence.bench.process.RedisProcess;
import presence.bench.process.Server;

/**
 * A kind of server that is compared.
 *
 * @param name what {@code --peers} accepts
 * @param title for the table
 * @param joinsNodes whether it passes positions between nodes
 */
record Peer(String name, String title, Protocol protocol, boolean joinsNodes, Start start) {
    /** Starts one node of it on the servers' core. */
    interface Start {
        /**
         * @param redis shared with other nodes; null: this is the only one
         * @throws presence.bench.process.CannotMeasureException if it cannot be had here
         */
        Server node(@Nullable RedisProcess redis) throws IOException, InterruptedException;
    }
}
