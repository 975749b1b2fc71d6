package presence.simulation;

import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import presence.cluster.redis.NodeConnection;

/** A subscriber connection. Like Lettuce's it subscribes again to what was acknowledged, and to nothing else. */
final class SimSubscriberConnection extends SimConnection implements NodeConnection.Subscriber {
    private final RedisPubSubListener<String, byte[]> listener;
    private final Set<String> acknowledged = new LinkedHashSet<>();

    SimSubscriberConnection(NodeLink link, SimServer server, Lane lane, RedisPubSubListener<String, byte[]> listener) {
        super(link, server, lane, 2);
        this.listener = listener;
    }

    @Override
    public void subscribe(String... channels) {
        Session through = session();
        if (through != null) {
            List.of(channels).forEach(channel -> subscribe(through, channel));
        }
    }

    private void subscribe(Session through, String channel) {
        call(
                through,
                redis -> {
                    redis.subscribe(channel, through);
                    through.channels.add(channel);
                    return channel;
                },
                done -> {
                    acknowledged.add(channel);
                    listener.subscribed(channel, acknowledged.size());
                });
    }

    @Override
    public void unsubscribe(String... channels) {
        Session through = session();
        if (through != null) {
            List.of(channels)
                    .forEach(channel -> call(
                            through,
                            redis -> {
                                redis.unsubscribe(channel, through);
                                through.channels.remove(channel);
                                return channel;
                            },
                            done -> {
                                acknowledged.remove(channel);
                                listener.unsubscribed(channel, acknowledged.size());
                            }));
        }
    }

    @Override
    public void ssubscribe(String channel) {
        throw new UnsupportedOperationException("the simulated server is no Cluster");
    }

    @Override
    public void sunsubscribe(String channel) {
        throw new UnsupportedOperationException("the simulated server is no Cluster");
    }

    @Override
    void onMessage(String channel, byte[] message) {
        listener.message(channel, message);
    }

    @Override
    void failAll(RedisException reason) {
        acknowledged.clear();
    }

    @Override
    void replay(Session fresh) {
        // Subscriptions that were on their way are lost.
        List.copyOf(acknowledged).forEach(channel -> subscribe(fresh, channel));
    }
}
