package presence.cluster.pubsub;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.redis.NodeConnection;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.metrics.ServiceMetrics;
import presence.proto.Envelope;

/**
 * Manages the node's one subscriber connection: drops own echoes by their first bytes, decodes other messages once and
 * passes them to the follower of the channel. Lettuce subscribes again after a reconnect, but does not repeat a
 * SUBSCRIBE made while the connection was down, so wanted and acknowledged channels are compared periodically.
 * Callbacks run on Lettuce's event loops and never block. Thread-safe.
 */
public final class RedisSubscriber {
    /** Most channels in one SUBSCRIBE. */
    private static final int BATCH = 512;

    /** Receives the messages of a channel, on Lettuce's event loops. */
    public interface Follower extends OriginGate.Receiver {
        /** The channel is subscribed; called again after each reconnect. */
        void onSubscribed();

        /** Whether messages of the channel name no sender: they are passed to {@link #onAnonymous}. */
        default boolean isAnonymous() {
            return false;
        }

        default void onAnonymous(Envelope envelope) {}

        /** An own message was echoed, and dropped. */
        default void onEcho() {}
    }

    private final RedisConnections redis;
    private final EnvelopeCodec codec;
    private final PubSubMode pubSub;
    private final ServiceMetrics metrics;
    private final OriginGate gate;
    private final EnvelopeCounters counters;
    private final Map<String, Follower> followers = new ConcurrentHashMap<>();
    /** The listener of the connection in use. */
    private volatile Listener listener = new Listener();

    /** @param gate admits envelopes by their origin */
    public RedisSubscriber(
            RedisConnections redis, EnvelopeCodec codec, PubSubMode pubSub, OriginGate gate, ServiceMetrics metrics) {
        this.redis = redis;
        this.codec = codec;
        this.pubSub = pubSub;
        this.gate = gate;
        this.metrics = metrics;
        this.counters = new EnvelopeCounters(metrics);
    }

    public void follow(String channel, Follower follower) {
        followers.put(channel, follower);
        subscribe(List.of(channel));
    }

    /** Stops following, unless another follower has replaced this one. */
    public void unfollow(String channel, Follower follower) {
        if (followers.remove(channel, follower)) {
            unsubscribe(List.of(channel));
        }
    }

    /** Whether Redis has acknowledged the subscription of the channel on the connection in use. */
    public boolean isSubscribed(String channel) {
        return listener.acknowledged.contains(channel) && redis.isSubscriberUp();
    }

    /**
     * Subscribes to channels that are followed but not acknowledged, and unsubscribes from those without a follower.
     */
    public void reconcile() {
        if (!redis.isSubscriberUp()) {
            // After the reconnect every channel is acknowledged again.
            listener.acknowledged.clear();
            return;
        }
        Set<String> acknowledged = listener.acknowledged;
        List<String> missing = new ArrayList<>(followers.keySet());
        missing.removeAll(acknowledged);
        inBatches(missing, this::subscribe);
        List<String> unwanted = new ArrayList<>(acknowledged);
        unwanted.removeAll(followers.keySet());
        inBatches(unwanted, this::unsubscribe);
    }

    /**
     * Subscribes to all shard channels again. When a connection to one server of a Cluster is lost, Lettuce does not
     * report which channels were on it, and subscribes to all of them in one command, which the server refuses.
     */
    public void renewShards() {
        List<String> shards =
                followers.keySet().stream().filter(pubSub::isSharded).toList();
        shards.forEach(listener.acknowledged::remove);
        subscribe(shards);
    }

    /**
     * Makes the listener of a new connection, on which nothing is acknowledged yet. Events of the connection before it
     * are ignored: its acknowledgements would count for the new one.
     */
    public RedisPubSubListener<String, byte[]> newListener() {
        Listener created = new Listener();
        listener = created;
        return created;
    }

    private static void inBatches(List<String> channels, Consumer<List<String>> action) {
        for (int from = 0; from < channels.size(); from += BATCH) {
            action.accept(channels.subList(from, Math.min(from + BATCH, channels.size())));
        }
    }

    private void subscribe(List<String> channels) {
        NodeConnection.Subscriber connection = redis.subscriberOrNull();
        if (connection != null) {
            ask(channels, connection::subscribe, connection::ssubscribe);
        }
    }

    private void unsubscribe(List<String> channels) {
        NodeConnection.Subscriber connection = redis.subscriberOrNull();
        if (connection != null) {
            ask(channels, connection::unsubscribe, connection::sunsubscribe);
        }
    }

    private void ask(List<String> channels, Consumer<String[]> classic, Consumer<String> sharded) {
        String[] together =
                channels.stream().filter(channel -> !pubSub.isSharded(channel)).toArray(String[]::new);
        if (together.length > 0) {
            classic.accept(together);
        }
        // One by one: the channels of one command must be in one slot.
        channels.stream().filter(pubSub::isSharded).forEach(sharded);
    }

    /** Handles the events of one connection. */
    private final class Listener extends RedisPubSubAdapter<String, byte[]> {
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

        @Override
        public void subscribed(String channel, long count) {
            if (this != listener) {
                return;
            }
            acknowledged.add(channel);
            Follower follower = followers.get(channel);
            if (follower != null) {
                follower.onSubscribed();
            }
        }

        @Override
        public void unsubscribed(String channel, long count) {
            if (this != listener) {
                return;
            }
            acknowledged.remove(channel);
            if (followers.containsKey(channel)) {
                // Followed again while the UNSUBSCRIBE was in flight.
                subscribe(List.of(channel));
            }
        }

        @Override
        public void ssubscribed(String channel, long count) {
            subscribed(channel, count);
        }

        @Override
        public void sunsubscribed(String channel, long count) {
            unsubscribed(channel, count);
        }

        @Override
        public void smessage(String channel, byte[] message) {
            message(channel, message);
        }

        @Override
        public void message(String channel, byte[] message) {
            if (this != listener) {
                return;
            }
            Follower follower = followers.get(channel);
            if (codec.isOwn(message)) {
                metrics.echoesDropped.increment();
                if (follower != null) {
                    follower.onEcho();
                }
                return;
            }
            if (follower == null) {
                return;
            }
            try {
                Envelope envelope = codec.decode(message);
                counters.received(envelope.getEventCase());
                if (follower.isAnonymous()) {
                    follower.onAnonymous(envelope);
                } else {
                    gate.admit(envelope, follower);
                }
            } catch (InvalidProtocolBufferException e) {
                metrics.envelopesMalformed.increment();
            }
        }
    }
}
