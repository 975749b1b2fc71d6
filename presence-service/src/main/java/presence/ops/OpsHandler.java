package presence.ops;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import presence.model.NodeId;

/** The operators' port: {@code /health/live}, {@code /health/ready}, {@code /metrics}. Shared by all connections. */
@ChannelHandler.Sharable
public final class OpsHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final NodeId node;
    private final Readiness readiness;
    private final PrometheusMeterRegistry registry;

    public OpsHandler(NodeId node, Readiness readiness, PrometheusMeterRegistry registry) {
        this.node = node;
        this.readiness = readiness;
        this.registry = registry;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        FullHttpResponse response = answer(request);
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private FullHttpResponse answer(FullHttpRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            return HttpReply.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET");
        }
        return switch (request.uri()) {
            case "/health/live" -> HttpReply.text(HttpResponseStatus.OK, "alive");
            case "/health/ready" -> ready();
            case "/metrics" ->
                HttpReply.of(
                        HttpResponseStatus.OK,
                        PROMETHEUS_TEXT,
                        registry.scrape().getBytes(StandardCharsets.UTF_8));
            default ->
                HttpReply.text(HttpResponseStatus.NOT_FOUND, "there are /health/live, /health/ready and /metrics");
        };
    }

    private FullHttpResponse ready() {
        HttpResponseStatus status =
                readiness.acceptsTraffic() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
        String state = readiness.state().name().toLowerCase(Locale.ROOT);
        return HttpReply.json(status, "{\"state\":\"" + state + "\",\"node\":\"" + node + "\"}");
    }
}
