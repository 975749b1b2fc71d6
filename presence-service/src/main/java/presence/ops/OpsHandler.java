package presence.ops;

import com.google.gson.Gson;
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
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import presence.model.AuditReport;
import presence.model.NodeId;

/** The operators' port: {@code /health/live}, {@code /health/ready}, {@code /metrics}, and
 * {@code POST /audit}. Shared by all connections. */
@ChannelHandler.Sharable
public final class OpsHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Gson JSON = new Gson();
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final NodeId node;
    private final Readiness readiness;
    private final PrometheusMeterRegistry registry;
    private final Supplier<CompletionStage<AuditReport>> audit;

    /** @param audit looks for ghosts and missing members now, and mends what it finds */
    public OpsHandler(
            NodeId node,
            Readiness readiness,
            PrometheusMeterRegistry registry,
            Supplier<CompletionStage<AuditReport>> audit) {
        this.node = node;
        this.readiness = readiness;
        this.registry = registry;
        this.audit = audit;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        if (request.method().equals(HttpMethod.POST) && request.uri().equals("/audit")) {
            audit.get()
                    .whenComplete((report, failure) -> send(
                            context,
                            keepAlive,
                            failure == null
                                    ? HttpReply.json(HttpResponseStatus.OK, JSON.toJson(report))
                                    : HttpReply.text(
                                            HttpResponseStatus.SERVICE_UNAVAILABLE, "audit failed: " + failure)));
        } else {
            send(context, keepAlive, answer(request));
        }
    }

    private static void send(ChannelHandlerContext context, boolean keepAlive, FullHttpResponse response) {
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private FullHttpResponse answer(FullHttpRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            return HttpReply.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET, and POST /audit");
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
                HttpReply.text(
                        HttpResponseStatus.NOT_FOUND,
                        "there are /health/live, /health/ready, /metrics and POST /audit");
        };
    }

    private FullHttpResponse ready() {
        HttpResponseStatus status =
                readiness.acceptsTraffic() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
        String state = readiness.state().name().toLowerCase(Locale.ROOT);
        return HttpReply.json(status, "{\"state\":\"" + state + "\",\"node\":\"" + node + "\"}");
    }
}
