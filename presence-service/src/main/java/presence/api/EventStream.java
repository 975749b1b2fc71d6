package presence.api;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.events.EventStore;
import presence.events.PresenceEvent;
import presence.ops.OpsJson;

/**
 * Writes the event log to one client as Server-Sent Events. Reads the next events only when the client has taken the
 * last ones, so that it holds at most one page in memory; a client that takes none for {@value #SLOW_MS} ms is dropped.
 * On the channel's event loop.
 */
final class EventStream {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    static final long SLOW_MS = 10_000;
    /** Delay until the next read of a log that had nothing new. */
    private static final long POLL_MS = 250;
    /** Delay until the next read of a log that could not be read. */
    private static final long RETRY_MS = 1_000;
    /** Interval of ids without an event, which show that the connection lives; below the idle timeouts of proxies. */
    private static final long IDLE_MS = 15_000;

    private static final int PAGE = 100;

    private final ChannelHandlerContext context;
    private final EventStore store;
    private final EventFilter filter;
    private final BooleanSupplier isAllowed;
    private final EventStreamMetrics metrics;
    private String after;
    private long idleMs;
    private boolean ended;
    private @Nullable Future<?> slow;

    /**
     * @param after the id after which the stream begins
     * @param isAllowed whether the stream may go on
     */
    EventStream(
            ChannelHandlerContext context,
            EventStore store,
            EventFilter filter,
            String after,
            BooleanSupplier isAllowed,
            EventStreamMetrics metrics) {
        this.context = context;
        this.store = store;
        this.filter = filter;
        this.after = after;
        this.isAllowed = isAllowed;
        this.metrics = metrics;
    }

    void begin() {
        context.channel().closeFuture().addListener(closed -> end());
        if (!context.channel().isActive()) {
            end();
            return;
        }
        // The id alone is no event: a client that is cut off before the first one continues from here.
        write(": begins after " + after + "\nid: " + after + "\n\n");
    }

    private void end() {
        if (!ended) {
            ended = true;
            metrics.open().decrementAndGet();
            if (slow != null) {
                slow.cancel(false);
            }
        }
    }

    private void read() {
        if (!ended && !isAllowed.getAsBoolean()) {
            finish("token_revoked");
        }
        if (!ended) {
            store.read(after, PAGE)
                    .whenComplete((page, failure) -> context.executor().execute(() -> onRead(page, failure)));
        }
    }

    private void onRead(EventStore.@Nullable Page page, @Nullable Throwable failure) {
        if (ended) {
            return;
        }
        if (page == null) {
            log.debug("the event log cannot be read reason={}", String.valueOf(failure));
            later(RETRY_MS);
            return;
        }
        StringBuilder text = new StringBuilder();
        if (EventEndpoints.isGap(after, page.oldest())) {
            text.append("event: gap\ndata: {\"reason\":\"events after ")
                    .append(after)
                    .append(" may have been removed\"}\n\n");
        }
        for (PresenceEvent event : page.events()) {
            after = event.id();
            if (filter.accepts(event)) {
                text.append("id: ").append(event.id());
                text.append("\nevent: ").append(event.kind().replaceAll("[\\r\\n]", " "));
                text.append("\ndata: ").append(OpsJson.of(event.shown())).append("\n\n");
            }
        }
        if (text.length() > 0) {
            write(text.toString());
        } else if (!page.events().isEmpty()) {
            read();
        } else {
            later(POLL_MS);
        }
    }

    private void later(long ms) {
        idleMs += ms;
        if (idleMs >= IDLE_MS) {
            // With the id, as the events since the last one sent may have been for others, and may be removed by then.
            write("id: " + after + "\n\n");
        } else {
            context.executor().schedule(this::read, ms, TimeUnit.MILLISECONDS);
        }
    }

    private void write(String text) {
        idleMs = 0;
        Future<?> timeout = context.executor().schedule(this::drop, SLOW_MS, TimeUnit.MILLISECONDS);
        slow = timeout;
        ChannelFuture written =
                context.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(context.alloc(), text)));
        written.addListener(done -> {
            timeout.cancel(false);
            if (done.isSuccess()) {
                read();
            } else {
                context.close();
            }
        });
    }

    /** Ends the stream of a client that does not read. The reason arrives if it reads again before the close. */
    private void drop() {
        log.info(
                "stream of events ended: its reader is slow connection={}",
                context.channel().id());
        metrics.dropped().increment();
        finish("slow_reader");
    }

    private void finish(String reason) {
        end();
        String text = "event: end\ndata: {\"reason\":\"" + reason + "\"}\n\n";
        context.write(new DefaultHttpContent(ByteBufUtil.writeUtf8(context.alloc(), text)));
        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        context.executor().schedule(() -> context.close(), RETRY_MS, TimeUnit.MILLISECONDS);
    }
}
