package presence.cluster.doctor;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A subscriber connection that waits for one message on a channel. */
final class ProbeSubscription implements AutoCloseable {
    private static final long RETRY_MS = 50;

    private final StatefulRedisPubSubConnection<String, byte[]> connection;
    private final String channel;
    private final CountDownLatch received = new CountDownLatch(1);

    /** @param channel the channel of the message */
    ProbeSubscription(StatefulRedisPubSubConnection<String, byte[]> connection, String channel) {
        this.connection = connection;
        this.channel = channel;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String on, byte[] message) {
                if (on.equals(channel)) {
                    received.countDown();
                }
            }

            @Override
            public void smessage(String on, byte[] message) {
                message(on, message);
            }
        });
    }

    /**
     * Subscribes to a shard channel; retries while the connection to its server is being made, because commands fail
     * until then.
     */
    CompletionStage<?> toShard(String other, long timeoutMs) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        return connection.async().ssubscribe(other).exceptionallyCompose(failure -> retry(other, failure, endNanos));
    }

    private CompletionStage<Void> retry(String other, Throwable failure, long endNanos) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RedisCommandExecutionException || System.nanoTime() - endNanos > 0) {
            return CompletableFuture.failedStage(cause);
        }
        return CompletableFuture.supplyAsync(
                        () -> connection.async().ssubscribe(other),
                        CompletableFuture.delayedExecutor(RETRY_MS, TimeUnit.MILLISECONDS))
                .thenCompose(asked -> asked)
                .exceptionallyCompose(next -> retry(other, next, endNanos));
    }

    CompletionStage<?> endShard() {
        return connection.async().sunsubscribe(channel);
    }

    CompletionStage<?> to(String other) {
        return connection.async().subscribe(other);
    }

    /** @throws TimeoutException if none came within {@code timeoutMs} */
    void awaitMessage(long timeoutMs) throws TimeoutException, InterruptedException {
        if (!received.await(timeoutMs, TimeUnit.MILLISECONDS)) {
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
