package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.ClientMemory;
import presence.metrics.ServiceMetrics;

/** How often the link of a reader is asked for its queue. */
class OutboundQueueTest {
    private final ChannelInboundHandlerAdapter handler = new ChannelInboundHandlerAdapter();
    private final EmbeddedChannel channel = new EmbeddedChannel(handler);
    private final CountedLink link = new CountedLink();
    private final OutboundQueue queue = new OutboundQueue(
            channel.pipeline().context(handler),
            link,
            1 << 18,
            30_000,
            new BufferQuota(new ClientMemory(new ServiceMetrics(new SimpleMeterRegistry()), 1 << 20, () -> 0)),
            () -> 0,
            () -> {});

    private static final class CountedLink implements LinkPacer.Link {
        int reads;

        @Override
        public boolean read() {
            reads++;
            return true;
        }

        @Override
        public long unackedPackets() {
            return 0;
        }

        @Override
        public long rttMicros() {
            return 1_000;
        }
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    private void send(int bytes) {
        queue.write(Unpooled.buffer(bytes).writeZero(bytes));
        queue.flush();
    }

    private int readsAt(long nowMs) {
        int before = link.reads;
        queue.checkLink(nowMs);
        return link.reads - before;
    }

    @Test
    void aLinkThatCarriesAnAnswerNowAndThenIsNotAskedForEach() {
        int reads = 0;
        for (int heartbeat = 1; heartbeat <= 12; heartbeat++) {
            send(14);
            reads += readsAt(heartbeat * 25_000L) + readsAt(heartbeat * 25_000L + 1_000);
        }
        assertThat(reads).isEqualTo(4);
    }

    @Test
    void aLinkThatCarriesManyFramesIsAskedOnceASecond() {
        for (int frame = 0; frame < 3; frame++) {
            send(14);
        }
        assertThat(queue.needsCheck()).isTrue();
        assertThat(readsAt(10_000)).isEqualTo(1);
        assertThat(queue.needsCheck()).isFalse();
        send(14);
        send(14);
        send(14);
        assertThat(readsAt(10_999)).isZero();
        assertThat(readsAt(11_000)).isEqualTo(1);
    }

    @Test
    void aLinkThatCarriesALargeFrameIsAsked() {
        send(1_023);
        assertThat(queue.needsCheck()).isFalse();
        send(1);
        assertThat(queue.needsCheck()).isTrue();
        assertThat(readsAt(10_000)).isEqualTo(1);
    }
}
