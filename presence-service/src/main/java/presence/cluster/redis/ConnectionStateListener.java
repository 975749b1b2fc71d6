package presence.cluster.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import java.net.SocketAddress;
import java.util.function.Consumer;

/** Reports when a connection of Lettuce is lost (false) and when it has reconnected (true), on Lettuce's event loops. */
public final class ConnectionStateListener extends RedisConnectionStateAdapter {
    private final Consumer<Boolean> listener;

    public ConnectionStateListener(Consumer<Boolean> listener) {
        this.listener = listener;
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        listener.accept(true);
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        listener.accept(false);
    }
}
