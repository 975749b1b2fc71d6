package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import presence.metrics.EnumCounters;
import presence.model.ClusterHealth;
import presence.ops.Readiness;
import presence.security.AllowedOrigins;
import presence.security.ConnectionLimits;
import presence.security.Rejection;

class PublicHttpHandlerTest {
    /** A client that reads nothing: writes stay pending. */
    private static final class Unread extends ChannelOutboundHandlerAdapter {
        private final Queue<ChannelPromise> underWay = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            underWay.add(promise);
        }
    }

    private final Unread unread = new Unread();

    private static PublicHttpHandler handler() throws Exception {
        Readiness readiness = new Readiness(() -> ClusterHealth.ALONE, true);
        readiness.started();
        EnumCounters<Rejection> rejected = null;
        ConnectionLimits.Place place = null;
        ClientPipeline pipeline = null;
        return new PublicHttpHandler(
                readiness, new StaticFiles(true), AllowedOrigins.of("*"), rejected, place, pipeline);
    }

    private static void ask(EmbeddedChannel channel) {
        channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/healthz"));
    }

    @Test
    void aClientThatDoesNotReadGetsOneResponseAndIsNotReadAnyMore() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel(unread, new OneRequestAtATime(), handler());
        for (int i = 0; i < 3; i++) {
            ask(channel);
        }
        assertThat(unread.underWay).hasSize(1);
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(channel.isOpen()).as("until the response is read").isTrue();
        unread.underWay.remove().setSuccess();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aClientThatReadsEachResponseMaySendAnotherRequest() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel(unread, new OneRequestAtATime(), handler());
        for (int i = 0; i < 3; i++) {
            ask(channel);
            unread.underWay.remove().setSuccess();
        }
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(channel.isOpen()).isTrue();
        channel.close();
    }

    @Test
    void aConnectionEndsAfterAHundredRequests() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel(handler());
        Map<Boolean, Integer> ends = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            ask(channel);
            FullHttpResponse answer = channel.readOutbound();
            ends.merge("close".equals(answer.headers().get(HttpHeaderNames.CONNECTION)), 1, Integer::sum);
            answer.release();
        }
        assertThat(ends).isEqualTo(Map.of(false, 99, true, 1));
        assertThat(channel.isOpen()).isFalse();
    }
}
