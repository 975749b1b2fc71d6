package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import presence.ops.HttpReply;

class OneRequestAtATimeTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String TOO_LARGE =
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n";

    /** Before the codec: the socket of a client that reads nothing. */
    private static final class Unread extends ChannelOutboundHandlerAdapter {
        private final Queue<ChannelPromise> underWay = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            underWay.add(promise);
        }
    }

    private final Unread unread = new Unread();
    private int served;

    private EmbeddedChannel channel(boolean reads) {
        EmbeddedChannel channel = new EmbeddedChannel();
        if (!reads) {
            channel.pipeline().addLast(unread);
        }
        channel.pipeline()
                .addLast(new HttpServerCodec(), new OneRequestAtATime(), new HttpObjectAggregator(1_024))
                .addLast(new SimpleChannelInboundHandler<FullHttpRequest>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                        served++;
                        context.writeAndFlush(HttpReply.text(HttpResponseStatus.OK, "here"));
                    }
                });
        return channel;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    @Test
    void aClientThatDoesNotReadGetsOneResponseAlsoFromTheAggregator() {
        EmbeddedChannel channel = channel(false);
        channel.writeInbound(bytes(TOO_LARGE.repeat(1_000)));
        assertThat(unread.underWay).hasSize(1);
        assertThat(channel.config().isAutoRead()).isFalse();
        unread.underWay.remove().setSuccess();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerToWhatIsNotCompleteIsTheLast() {
        EmbeddedChannel channel = channel(true);
        channel.writeInbound(bytes(TOO_LARGE));
        ByteBuf answer = channel.readOutbound();
        assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 413");
        answer.release();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyThatIsExpectedGoesOn() {
        EmbeddedChannel channel = channel(true);
        channel.writeInbound(bytes(TOO_LARGE.replace("999999", "3")));
        channel.writeInbound(bytes("abc"));
        assertThat(served).isEqualTo(1);
        assertThat(channel.isOpen()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void nothingIsReadUntilTheAnswerIsTakenAndThenItGoesOn() {
        EmbeddedChannel channel = channel(false);
        channel.writeInbound(bytes(GET));
        assertThat(channel.config().isAutoRead()).isFalse();
        unread.underWay.remove().setSuccess();
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.writeInbound(bytes(GET));
        assertThat(served).isEqualTo(2);
        channel.finishAndReleaseAll();
    }

    @Test
    void aClientThatReadsMayPipelineRequests() {
        EmbeddedChannel channel = channel(true);
        channel.writeInbound(bytes(GET.repeat(5)));
        assertThat(served).isEqualTo(5);
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void aHundredHeadersAreEnough() {
        EmbeddedChannel channel =
                new EmbeddedChannel(new HttpServerCodec(BoundedHeaders.decoder()), new HttpObjectAggregator(1_024));
        for (int headers : new int[] {100, 101}) {
            channel.writeInbound(bytes("GET / HTTP/1.1\r\n" + "a:b\r\n".repeat(headers) + "\r\n"));
            FullHttpRequest request = channel.readInbound();
            assertThat(request.decoderResult().isSuccess()).isEqualTo(headers == 100);
            request.release();
        }
        channel.finishAndReleaseAll();
    }
}
