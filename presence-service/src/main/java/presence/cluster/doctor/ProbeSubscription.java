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

/** A subscriber connection of a checkup's. */
final class ProbeSubscription implements AutoCloseable {
    private static final long RETRY_MS = 50;

    private final StatefulRedisPubSubConnection<String, byte[]> connection;
    private final String channel;
    private final CountDownLatch heard = new CountDownLatch(1);

    /** @param channel on which a message is waited for */
    ProbeSubscription(StatefulRedisPubSubConnection<String, byte[]> connection, String channel) {
        this.connection = connection;
        this.channel = channel;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String on, byte[] message) {
                if (on.equals(channel)) {
                    heard.countDown();
                }
            }

            @Override
            public void smessage(String on, byte[] message) {
                message(on, message);
            }
        });
    }

    /** To a shard channel; the connection to its server is only begun to be made, and what is asked meanwhile fails. */
    CompletionStage<?> toShard(String other, long patienceMs) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
        return connection.async().ssubscribe(other).exceptionallyCompose(failure -> again(other, failure, endNanos));
    }

    private CompletionStage<Void> again(String other, Throwable failure, long endNanos) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RedisCommandExecutionException || System.nanoTime() - endNanos > 0) {
            return CompletableFuture.failedStage(cause);
        }
        return CompletableFuture.supplyAsync(
                        () -> connection.async().ssubscribe(other),
                        CompletableFuture.delayedExecutor(RETRY_MS, TimeUnit.MILLISECONDS))
                .thenCompose(asked -> asked)
                .exceptionallyCompose(next -> again(other, next, endNanos));
    }

    CompletionStage<?> endShard() {
        return connection.async().sunsubscribe(channel);
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
