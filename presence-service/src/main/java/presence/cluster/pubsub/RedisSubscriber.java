package presence.cluster.pubsub;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.metrics.ServiceMetrics;
import presence.proto.Envelope;

/**
 * The node's one subscription connection: drops own echoes on their first bytes, decodes the rest once
 * and hands it to whoever follows the channel. Lettuce subscribes again after a reconnect; it does not
 * repeat a SUBSCRIBE made while the connection was down, so what is wanted and what is acknowledged are
 * compared from time to time. Callbacks run on Lettuce's thread and never wait. Thread-safe.
 */
public final class RedisSubscriber {
    /** Channels in one SUBSCRIBE. */
    private static final int BATCH = 512;

    /** Who follows a channel. Called on Lettuce's thread. */
    public interface Follower extends OriginGate.Receiver {
        /** From now on every message arrives; called again after each reconnect. */
        void onSubscribed();

        /** Whether envelopes of the channel name no sender: they come to {@link #onAnonymous}, the others do not. */
        default boolean isAnonymous() {
            return false;
        }

        default void onAnonymous(Envelope envelope) {}

        /** A message of this node came back; it was dropped. */
        default void onEcho() {}
    }

    private final RedisConnections redis;
    private final EnvelopeCodec codec;
    private final PubSubMode pubSub;
    private final ServiceMetrics metrics;
    private final OriginGate gate;
    private final EnvelopeCounters counters;
    private final Map<String, Follower> followers = new ConcurrentHashMap<>();
    /** Of the connection in use. */
    private volatile Listener listener = new Listener();

    /** @param gate decides whose envelopes are handed on */
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

    /** Stops, unless somebody else has begun to follow the channel since. */
    public void unfollow(String channel, Follower follower) {
        if (followers.remove(channel, follower)) {
            unsubscribe(List.of(channel));
        }
    }

    /** Asks again for what is wanted and not acknowledged, and gives back what nobody wants. */
    public void reconcile() {
        if (!redis.isSubscriberUp()) {
            // After the reconnect every channel is acknowledged anew.
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
     * Subscribes to all shard channels again. When a connection to one server of a Cluster is lost, nobody says which
     * channels that were, and Lettuce asks for all of them in one command, which is refused.
     */
    public void renewShards() {
        List<String> shards =
                followers.keySet().stream().filter(pubSub::isSharded).toList();
        shards.forEach(listener.acknowledged::remove);
        subscribe(shards);
    }

    /**
     * The listener of a new connection, on which nothing is acknowledged yet. What the connection before it
     * still has to say is not heard: an acknowledgement of its would be taken for one of the new.
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
        StatefulRedisPubSubConnection<String, byte[]> connection = redis.subscriberOrNull();
        if (connection != null) {
            RedisPubSubAsyncCommands<String, byte[]> commands = connection.async();
            ask(channels, commands::subscribe, commands::ssubscribe);
        }
    }

    private void unsubscribe(List<String> channels) {
        StatefulRedisPubSubConnection<String, byte[]> connection = redis.subscriberOrNull();
        if (connection != null) {
            RedisPubSubAsyncCommands<String, byte[]> commands = connection.async();
            ask(channels, commands::unsubscribe, commands::sunsubscribe);
        }
    }

    private void ask(List<String> channels, Consumer<String[]> classic, Consumer<String[]> sharded) {
        String[] together =
                channels.stream().filter(channel -> !pubSub.isSharded(channel)).toArray(String[]::new);
        if (together.length > 0) {
            classic.accept(together);
        }
        // One by one: those of a command have to be in one slot.
        channels.stream().filter(pubSub::isSharded).forEach(channel -> sharded.accept(new String[] {channel}));
    }

    /** What one connection says. */
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
                // Wanted again while the UNSUBSCRIBE was under way.
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
