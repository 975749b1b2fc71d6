package presence.ops;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import presence.metrics.EnumCounters;
import presence.model.AuditReport;
import presence.model.NodeId;

/**
 * Answers requests to the operators' port: the page at {@code /} with its data, {@code /health/live},
 * {@code /health/ready}, {@code /metrics}, {@code /stats}, {@code POST /audit} and the HTTP API. Shared by all
 * connections.
 */
@ChannelHandler.Sharable
public final class OpsHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String API = "/api/v1/";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final NodeId node;
    private final Readiness readiness;
    private final PrometheusMeterRegistry registry;
    private final Supplier<CompletionStage<Stats>> stats;
    private final Supplier<CompletionStage<Overview>> overview;
    private final Supplier<CompletionStage<AuditReport>> audit;
    private final Function<FullHttpRequest, CompletionStage<HttpResponse>> api;
    private final OpsGuard guard;
    private final OpsPage page = new OpsPage();

    /**
     * @param overview what the page shows
     * @param guard refuses requests
     * @param audit finds and repairs ghosts and missing members
     * @param api answers requests below {@value #API}, with a complete response or a {@link StreamedReply}; reads the
     *     request before it returns
     */
    public OpsHandler(
            NodeId node,
            Readiness readiness,
            PrometheusMeterRegistry registry,
            Supplier<CompletionStage<Stats>> stats,
            Supplier<CompletionStage<Overview>> overview,
            Supplier<CompletionStage<AuditReport>> audit,
            OpsGuard guard,
            Function<FullHttpRequest, CompletionStage<HttpResponse>> api) {
        this.node = node;
        this.readiness = readiness;
        this.registry = registry;
        this.stats = stats;
        this.overview = overview;
        this.audit = audit;
        this.guard = guard;
        this.api = api;
    }

    /** Counts what this port refused, ended or delayed. */
    public EnumCounters<OpsLimit> limited() {
        return guard.limited();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        answer(request, context.executor()).whenComplete((response, failure) -> {
            HttpResponse sent = failure == null
                    ? response
                    : HttpReply.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "failed: " + failure.getMessage());
            if (sent instanceof StreamedReply stream) {
                stream.begin(context);
                return;
            }
            HttpUtil.setKeepAlive(sent, keepAlive);
            var written = context.writeAndFlush(sent);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        });
    }

    /** @param executor of the operators' port; where an answer takes some time, it does not take it of Redis' threads */
    private CompletionStage<? extends HttpResponse> answer(FullHttpRequest request, Executor executor) {
        String path = request.uri().split("\\?", 2)[0];
        OpsLimit refusal = guard.check(request);
        if (refusal != null) {
            return now(refused(refusal, path));
        }
        if (path.startsWith(API)) {
            return api.apply(request);
        }
        boolean asks =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        boolean isAudit = path.equals("/audit");
        if (isAudit ? !request.method().equals(HttpMethod.POST) : !asks) {
            return now(HttpReply.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET, and POST /audit"));
        }
        return switch (path) {
            case "/health/live" -> now(HttpReply.text(HttpResponseStatus.OK, "alive"));
            case "/health/ready" -> now(ready());
            case "/stats" -> stats.get().thenApply(found -> HttpReply.json(HttpResponseStatus.OK, OpsJson.of(found)));
            case "/overview" ->
                overview.get()
                        .thenApplyAsync(found -> HttpReply.json(HttpResponseStatus.OK, OpsJson.of(found)), executor);
            case "/audit" -> audit.get().thenApply(report -> HttpReply.json(HttpResponseStatus.OK, OpsJson.of(report)));
            case "/metrics" ->
                now(HttpReply.of(
                        HttpResponseStatus.OK,
                        PROMETHEUS_TEXT,
                        registry.scrape().getBytes(StandardCharsets.UTF_8)));
            default ->
                now(page.get(path, request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH))
                        .orElseGet(OpsHandler::unknown));
        };
    }

    private static FullHttpResponse unknown() {
        return HttpReply.text(
                HttpResponseStatus.NOT_FOUND,
                "use /, /health/live, /health/ready, /metrics, /stats, /overview, POST /audit and " + API
                        + "openapi.json");
    }

    private FullHttpResponse refused(OpsLimit refusal, String path) {
        boolean isHost = refusal == OpsLimit.FOREIGN_HOST;
        HttpResponseStatus status = isHost ? HttpResponseStatus.MISDIRECTED_REQUEST : HttpResponseStatus.FORBIDDEN;
        String why = isHost
                ? "unknown Host: use the address of this node, or add the name to PRESENCE_OPS_HOSTS"
                : "web pages of other sites may not send requests here";
        if (!path.startsWith(API)) {
            return HttpReply.text(status, why);
        }
        String code = refusal.name().toLowerCase(Locale.ROOT);
        return HttpReply.json(status, OpsJson.of(Map.of("error", Map.of("code", code, "message", why))));
    }

    private static CompletionStage<FullHttpResponse> now(FullHttpResponse response) {
        return CompletableFuture.completedStage(response);
    }

    private FullHttpResponse ready() {
        Readiness.Report report = readiness.report();
        return HttpReply.json(
                report.acceptsTraffic() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                OpsJson.of(report.fields(node)));
    }
}
