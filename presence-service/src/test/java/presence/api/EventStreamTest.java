package presence.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.Inconsistency;
import presence.events.Change;
import presence.events.Changes;
import presence.events.EventStore;
import presence.events.MemoryEventStore;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.security.ApiRight;
import presence.security.ApiToken;

class EventStreamTest {
    private final MemoryEventStore log =
            new MemoryEventStore(NodeId.random(), Set.of("signal"), 1_000, 1_000_000, System::currentTimeMillis);
    private final AtomicInteger open = new AtomicInteger(1);
    private final EventStreamMetrics metrics =
            EventStreamMetrics.in(new ServiceMetrics(new SimpleMeterRegistry()), open);
    private int reads;
    /** What the client has not taken yet. */
    private final List<ChannelPromise> untaken = new ArrayList<>();

    private boolean takes = true;
    private boolean tokenIsCurrent = true;
    private final StringBuilder text = new StringBuilder();
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                    HttpContent content = (HttpContent) message;
                    text.append(content.content().toString(StandardCharsets.UTF_8));
                    content.release();
                    if (takes) {
                        promise.setSuccess();
                    } else {
                        untaken.add(promise);
                    }
                }
            },
            new ChannelInboundHandlerAdapter());

    private final EventStore counted = new EventStore() {
        @Override
        public void append(Change change) {
            log.append(change);
        }

        @Override
        public CompletionStage<Page> read(String after, int most) {
            reads++;
            return log.read(after, most);
        }

        @Override
        public CompletionStage<List<Inconsistency>> inspect() {
            return log.inspect();
        }

        @Override
        public CompletionStage<?> retire() {
            return log.retire();
        }
    };

    private void begin() {
        begin("*");
    }

    /** @param boards pattern of the boards that the caller's token allows */
    private void begin(String boards) {
        ApiToken caller = new ApiToken("test", "digest", Set.of(ApiRight.EVENTS), List.of(boards));
        EventFilter filter = new EventFilter(null, List.of(), caller);
        new EventStream(channel.pipeline().lastContext(), counted, filter, "0-0", () -> tokenIsCurrent, metrics)
                .begin();
        channel.runPendingTasks();
    }

    private void pass(long ms) {
        for (long passed = 0; passed < ms; passed += 250) {
            channel.advanceTimeBy(250, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
    }

    @AfterEach
    void close() {
        channel.close();
    }

    @Test
    void writesWhatIsNewAndShowsThatItLives() {
        begin();
        log.append(Changes.signal("ada"));
        pass(500);
        assertThat(text.toString()).contains("\nevent: signal\ndata: {").contains("\"member_id\":\"ada\"");
        assertThat(text.toString()).startsWith(": begins after 0-0\nid: 0-0\n\nid: ");
        String last = text.substring(text.lastIndexOf("id: "), text.lastIndexOf("\nevent: "));
        text.setLength(0);
        pass(15_250);
        assertThat(text.toString()).isEqualTo(last + "\n\n");
        channel.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void showsNothingOfBoardsThatTheTokenDoesNotAllow() {
        begin("another");
        log.append(Changes.signal("ada"));
        pass(500);
        assertThat(text.toString()).doesNotContain("signal");
    }

    @Test
    void endsWhenTheTokenIsRevoked() {
        begin();
        tokenIsCurrent = false;
        log.append(Changes.signal("ada"));
        pass(500);
        assertThat(text.toString())
                .doesNotContain("signal")
                .endsWith("event: end\ndata: {\"reason\":\"token_revoked\"}\n\n");
        assertThat(open).hasValue(0);
        assertThat(metrics.dropped().count()).isZero();
        pass(1_500);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void readsNoMoreThanItsClientTakesAndDropsOneThatTakesNothing() {
        takes = false;
        begin();
        for (int i = 0; i < 500; i++) {
            log.append(Changes.signal("ada"));
        }
        pass(9_000);
        assertThat(reads).isZero();
        untaken.remove(0).setSuccess();
        pass(9_000);
        assertThat(reads).isEqualTo(1);
        assertThat(metrics.dropped().count()).isZero();
        pass(1_500);
        assertThat(metrics.dropped().count()).isEqualTo(1);
        assertThat(text.toString()).endsWith("event: end\ndata: {\"reason\":\"slow_reader\"}\n\n");
        assertThat(open).hasValue(0);
        pass(1_500);
        assertThat(channel.isOpen()).isFalse();
    }
}
