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
 * What a client says, one after the other: while something waits for an answer from elsewhere (a key, a count of
 * joins), what comes behind it waits too, and the socket is not read. Nothing is kept while nothing waits. The
 * channel's event loop only.
 */
final class InboundQueue {
    /** What one read may bring behind a join, of a client in a hurry; beyond it is no client but a flood. */
    private static final int MAX_HELD = 1_024;

    private record Answer<T>(@Nullable T value, @Nullable Throwable failure) {}

    private final Channel channel;
    private final Consumer<ClientEvent> reader;
    private @Nullable Deque<ClientEvent> held;
    private boolean waiting;
    private boolean closed;

    /** @param reader gets the events, each when those before it are done */
    InboundQueue(Channel channel, Consumer<ClientEvent> reader) {
        this.channel = channel;
        this.reader = reader;
    }

    /** Takes an event in; false if too many wait already. */
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
            // The latest wins: a backlog of cursors is one.
            held.removeLast();
        }
        return held.size() < MAX_HELD && held.add(event);
    }

    /**
     * Goes on with {@code then} when there is an answer or a failure: at once if there is already, else later.
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
        future.whenComplete((value, failure) -> channel.eventLoop().execute(() -> goOn(value, cause(failure), then)));
    }

    private <T> void goOn(
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
            // As if it had been thrown while reading.
            channel.pipeline().fireExceptionCaught(e);
        }
        if (!waiting) {
            held = null;
            channel.config().setAutoRead(true);
        }
    }

    /** Whether something waits for an answer. */
    boolean isWaiting() {
        return waiting;
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Nothing that waits matters any more. */
    void close() {
        closed = true;
        held = null;
    }
}
