package presence.simulation;

import io.lettuce.core.pubsub.RedisPubSubListener;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import presence.cluster.redis.NodeConnection;
import presence.cluster.redis.NodeConnector;

/** Opens simulated connections of one node: at once, or not at all. */
final class SimConnector implements NodeConnector {
    private final NodeLink link;
    private final SimServer server;
    private final SimProcess process;
    private final List<SimCommandConnection> starting = new ArrayList<>();
    private boolean isStarting = true;

    SimConnector(NodeLink link, SimServer server, SimProcess process) {
        this.link = link;
        this.server = server;
        this.process = process;
    }

    /** The start of the node, which waits for the answers of Redis, is over. */
    void onStarted() {
        isStarting = false;
        starting.forEach(connection -> connection.answerAtOnce(false));
        starting.clear();
    }

    private <T> CompletionStage<T> open(Supplier<T> connection) {
        return link.isCut() || !server.isUp()
                ? CompletableFuture.failedStage(new ConnectException("Connection refused"))
                : CompletableFuture.completedStage(connection.get());
    }

    private NodeConnection.Commands commands(boolean hasTimeouts) {
        // A second connection for commands is made for one attempt to write, which waits for its answer.
        boolean isTrial = hasTimeouts && link.connections().stream().anyMatch(SimConnector::isForCommands);
        SimCommandConnection connection = new SimCommandConnection(link, server, process.lane(), hasTimeouts);
        if (isStarting) {
            connection.answerAtOnce(true);
            starting.add(connection);
        } else if (isTrial) {
            connection.answerAtOnce(true);
        }
        return connection;
    }

    private static boolean isForCommands(SimConnection connection) {
        return connection instanceof SimCommandConnection commands && commands.hasTimeouts();
    }

    @Override
    public CompletionStage<NodeConnection.Commands> connectCommands() {
        return open(() -> commands(true));
    }

    @Override
    public CompletionStage<NodeConnection.Commands> connectCursors() {
        return open(() -> commands(false));
    }

    @Override
    public CompletionStage<NodeConnection.Subscriber> connectSubscriber(RedisPubSubListener<String, byte[]> listener) {
        return open(() -> new SimSubscriberConnection(link, server, process.lane(), listener));
    }

    @Override
    public void onShardConnected(Runnable listener) {}

    @Override
    public void onTopologyChange(Runnable listener) {}

    @Override
    public void close() {
        link.connections().forEach(SimConnection::close);
    }
}
