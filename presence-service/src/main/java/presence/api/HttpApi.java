package presence.api;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.activity.ActivityStore;
import presence.admin.Moderator;
import presence.admin.PresenceQueries;
import presence.agent.Agents;
import presence.board.spi.WritesRefusedException;
import presence.events.EventStore;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.ops.HttpReply;
import presence.ops.OpsJson;
import presence.ops.StreamedReply;
import presence.security.ApiToken;
import presence.security.ApiTokens;
import presence.webhook.Webhooks;

/**
 * Answers requests to {@code /api/v1}: checks the token, finds the route and encodes the response. Without configured
 * tokens every request is refused. Thread-safe.
 */
public final class HttpApi {
    public static final String ROOT = "/api/v1";

    private static final Logger log = LoggerFactory.getLogger(HttpApi.class);
    private static final String DOCUMENT = "/openapi.json";
    private static final String BEARER = "Bearer ";

    private final ApiTokens tokens;
    private final List<Route> routes;
    private final EnumCounters<ApiOutcome> outcomes;
    private final byte[] document;

    /**
     * @param tokens of callers
     * @param events null: no events are recorded
     * @param webhooks null: there are none
     * @param activity null: none is recorded
     */
    public HttpApi(
            ApiTokens tokens,
            PresenceQueries queries,
            Moderator moderator,
            Agents agents,
            ApiLimits limits,
            @Nullable EventStore events,
            @Nullable Webhooks webhooks,
            @Nullable ActivityStore activity,
            ServiceMetrics metrics) {
        this.tokens = tokens;
        this.outcomes =
                metrics.counterPer(ApiOutcome.class, "presence.api.requests", "outcome", "requests to the HTTP API");
        this.document = document();
        EventEndpoints eventEndpoints = new EventEndpoints(events, tokens, metrics);
        this.routes = Stream.of(
                        eventEndpoints.routes(),
                        new WebhookEndpoints(webhooks).routes(),
                        new ActivityEndpoints(activity, System::currentTimeMillis).routes(),
                        new BoardEndpoints(queries, moderator, limits).routes(),
                        new AgentEndpoints(agents, limits).routes(),
                        new UserEndpoints(queries).routes(),
                        new ModerationEndpoints(moderator).routes())
                .flatMap(List::stream)
                .toList();
    }

    private static byte[] document() {
        try (InputStream in = HttpApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("missing resource openapi.json");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers a request; the stage never fails. The request has been read when this returns. */
    public CompletionStage<HttpResponse> answer(FullHttpRequest request) {
        CompletionStage<HttpResponse> answered;
        try {
            answered = answerOrThrow(request).exceptionally(HttpApi::unavailable);
        } catch (ApiException e) {
            answered = CompletableFuture.completedFuture(error(e));
        }
        return answered.thenApply(response -> {
            outcomes.increment(ApiOutcome.of(response.status()));
            return response;
        });
    }

    private CompletionStage<HttpResponse> answerOrThrow(FullHttpRequest request) throws ApiException {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String path = uri.rawPath().substring(ROOT.length());
        // The codec omits the body of a response to HEAD.
        HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
        if (path.equals(DOCUMENT)) {
            requireMethod(method, List.of(HttpMethod.GET));
            return CompletableFuture.completedFuture(HttpReply.of(HttpResponseStatus.OK, "application/json", document));
        }
        ApiToken caller = caller(request.headers().get(HttpHeaderNames.AUTHORIZATION, ""));
        List<HttpMethod> others = new ArrayList<>();
        for (Route route : routes) {
            List<String> variables = match(route, path);
            if (variables != null && route.method().equals(method)) {
                ApiCall call = new ApiCall(
                        caller,
                        variables,
                        parameters(uri),
                        request.headers().get("Last-Event-ID", ""),
                        ByteBufUtil.getBytes(request.content()));
                return route.answer(call).thenApply(HttpApi::reply);
            }
            if (variables != null) {
                others.add(route.method());
            }
        }
        if (!others.isEmpty()) {
            requireMethod(method, others);
        }
        throw new ApiException(HttpResponseStatus.NOT_FOUND, "not_found", "see " + ROOT + DOCUMENT);
    }

    /** @param allowed methods of the path; GET includes HEAD */
    private static void requireMethod(HttpMethod method, List<HttpMethod> allowed) throws ApiException {
        if (!allowed.contains(method)) {
            throw ApiException.methodNotAllowed(allowed.stream()
                    .map(one -> one.equals(HttpMethod.GET) ? "GET, HEAD" : one.name())
                    .collect(Collectors.joining(", ")));
        }
    }

    private ApiToken caller(String given) throws ApiException {
        if (!tokens.isOn()) {
            throw ApiException.forbidden(
                    "api_off", "the API is off: set PRESENCE_API_TOKEN or PRESENCE_API_TOKENS_FILE to turn it on");
        }
        String shown = given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? given.substring(BEARER.length()).trim()
                : "";
        ApiToken found = tokens.find(shown);
        if (found == null) {
            throw new ApiException(
                    HttpResponseStatus.UNAUTHORIZED, "unauthorized", "send Authorization: Bearer and an API token");
        }
        return found;
    }

    /** Returns what it answers besides the document. */
    List<Route> routes() {
        return routes;
    }

    private static @Nullable List<String> match(Route route, String path) throws ApiException {
        try {
            return route.match(path);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("bad_path", "the path has an invalid escape");
        }
    }

    private static Map<String, List<String>> parameters(QueryStringDecoder uri) throws ApiException {
        try {
            return uri.parameters();
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("bad_query", "the query has an invalid escape");
        }
    }

    private static FullHttpResponse unavailable(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ApiException refused) {
            return error(refused);
        }
        if (cause instanceof WritesRefusedException) {
            // Not logged per request: the health log reports it once.
            return error(new ApiException(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "writes_refused",
                    cause.getMessage() + "; members of the cluster cannot be listed until Redis accepts writes again"));
        }
        log.warn("API request failed reason={}", String.valueOf(cause));
        return error(new ApiException(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "unavailable",
                "the cluster is unavailable; a kick, ban or signal took effect on this node only"));
    }

    private static FullHttpResponse error(ApiException e) {
        FullHttpResponse response =
                reply(e.status(), Map.of("error", Map.of("code", e.code(), "message", String.valueOf(e.getMessage()))));
        if (e.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (!e.allow().isEmpty()) {
            response.headers().set(HttpHeaderNames.ALLOW, e.allow());
        }
        if (e.retryAfterMs() > 0) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, (e.retryAfterMs() + 999) / 1_000);
        }
        return response;
    }

    private static HttpResponse reply(ApiAnswer answer) {
        StreamedReply stream = answer.stream();
        return stream == null ? reply(answer.status(), answer.body()) : stream;
    }

    private static FullHttpResponse reply(HttpResponseStatus status, Map<String, Object> body) {
        return HttpReply.json(status, OpsJson.of(body));
    }
}
