package presence.connection;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.wire.ClientEvent;

/**
 * Executes a client's events in order: while one waits for an asynchronous result (a token's check, a count of joins),
 * the events behind it wait too, and the socket is not read. Empty while no event waits. The channel's event loop only.
 */
final class InboundQueue {
    /** Bound on events behind one that waits: more than one read of a regular client contains. */
    private static final int MAX_HELD = 1_024;

    private record Answer<T>(@Nullable T value, @Nullable Throwable failure) {}

    private final Channel channel;
    private final Consumer<ClientEvent> reader;
    private @Nullable Deque<ClientEvent> held;
    private boolean waiting;
    private boolean closed;

    /** @param reader receives each event after those before it are done */
    InboundQueue(Channel channel, Consumer<ClientEvent> reader) {
        this.channel = channel;
        this.reader = reader;
    }

    /** Executes or queues an event; false if too many wait already. */
    boolean add(ClientEvent event) {
        if (!waiting) {
            reader.accept(event);
            return true;
        }
        if (held == null) {
            held = new ArrayDeque<>(4);
        }
        if (event instanceof ClientEvent.Cursor
                && held.peekLast() instanceof ClientEvent.Cursor last
                && last.boardRef() == ((ClientEvent.Cursor) event).boardRef()) {
            // The latest position replaces the previous one.
            held.removeLast();
        }
        return held.size() < MAX_HELD && held.add(event);
    }

    /**
     * Calls {@code then} with the result or failure: at once if it is complete, else later on the event loop.
     */
    <T> void await(CompletionStage<T> answer, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletableFuture<T> future = answer.toCompletableFuture();
        if (future.isDone()) {
            Answer<T> known = future.handle((value, failure) -> new Answer<>(value, cause(failure)))
                    .join();
            then.accept(known.value, known.failure);
            return;
        }
        waiting = true;
        channel.config().setAutoRead(false);
        future.whenComplete((value, failure) -> channel.eventLoop().execute(() -> resume(value, cause(failure), then)));
    }

    private <T> void resume(
            @Nullable T value, @Nullable Throwable failure, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        waiting = false;
        try {
            if (!closed) {
                then.accept(value, failure);
            }
            while (held != null && !waiting && !held.isEmpty()) {
                reader.accept(held.remove());
            }
        } catch (RuntimeException e) {
            // Handled as if thrown while reading.
            channel.pipeline().fireExceptionCaught(e);
        }
        if (!waiting) {
            held = null;
            channel.config().setAutoRead(true);
        }
    }

    /** Whether an event waits for its result. */
    boolean isWaiting() {
        return waiting;
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Discards the waiting events. */
    void close() {
        closed = true;
        held = null;
    }
}
