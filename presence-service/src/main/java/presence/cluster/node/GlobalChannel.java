package presence.cluster.node;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import presence.cluster.pubsub.RedisSubscriber;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.NodeHeartbeat;

/**
 * Handles the global channel: heartbeats, deaths and byes of nodes, and the orders of operators. Lettuce's event loops.
 */
public final class GlobalChannel implements RedisSubscriber.Follower {
    private final Heartbeat heartbeat;
    private final FailureDetector detector;
    private final ServiceMetrics metrics;
    private final BiConsumer<NodeId, NodeHeartbeat> onHeartbeat;
    private final Consumer<Origin> onDead;
    private final Consumer<NodeId> onBye;
    private final Consumer<Envelope> onOrder;
    private final Runnable onSubscription;

    /** @param onSubscription called on Lettuce's event loops whenever the channel is subscribed */
    public GlobalChannel(
            Heartbeat heartbeat,
            FailureDetector detector,
            ServiceMetrics metrics,
            BiConsumer<NodeId, NodeHeartbeat> onHeartbeat,
            Consumer<Origin> onDead,
            Consumer<NodeId> onBye,
            Consumer<Envelope> onOrder,
            Runnable onSubscription) {
        this.heartbeat = heartbeat;
        this.detector = detector;
        this.metrics = metrics;
        this.onHeartbeat = onHeartbeat;
        this.onDead = onDead;
        this.onBye = onBye;
        this.onOrder = onOrder;
        this.onSubscription = onSubscription;
    }

    @Override
    public void onSubscribed() {
        // There is no snapshot to read: the channel has no state. The next echo proves the subscription.
        detector.onSubscribed();
        onSubscription.run();
    }

    @Override
    public void onEcho() {
        heartbeat.onEcho();
        detector.onEcho();
    }

    @Override
    public void onEnvelope(Origin sender, Envelope envelope) {
        try {
            switch (envelope.getEventCase()) {
                case HEARTBEAT -> {
                    detector.onHeard(sender);
                    onHeartbeat.accept(sender.node(), envelope.getHeartbeat());
                }
                case DEAD -> onDead.accept(Origin.parse(envelope.getDead().getOrigin()));
                case KICK, PARDON -> onOrder.accept(envelope);
                case BYE -> onBye.accept(sender.node());
                default -> metrics.envelopesUnknown.increment();
            }
        } catch (IllegalArgumentException e) {
            metrics.envelopesMalformed.increment();
        }
    }
}
