package presence.cluster;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A subscriber connection of a checkup's. */
final class Listening implements AutoCloseable {
    private final StatefulRedisPubSubConnection<String, byte[]> connection;
    private final String channel;
    private final CountDownLatch heard = new CountDownLatch(1);

    /** @param channel on which a message is waited for */
    Listening(StatefulRedisPubSubConnection<String, byte[]> connection, String channel) {
        this.connection = connection;
        this.channel = channel;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String on, byte[] message) {
                if (on.equals(channel)) {
                    heard.countDown();
                }
            }
        });
    }

    CompletionStage<?> to(String other) {
        return connection.async().subscribe(other);
    }

    /** @throws TimeoutException if none came within {@code patienceMs} */
    void awaitMessage(long patienceMs) throws TimeoutException, InterruptedException {
        if (!heard.await(patienceMs, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException();
        }
    }

    CompletionStage<?> end() {
        return connection.async().unsubscribe(channel);
    }

    @Override
    public void close() {
        connection.close();
    }
}
