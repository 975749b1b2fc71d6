package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import presence.agent.AgentKey;
import presence.agent.AgentPath;
import presence.agent.AgentRefusedException;
import presence.agent.AgentSpec;
import presence.agent.AgentState;
import presence.agent.Agents;
import presence.api.Route.Scope;
import presence.model.Position;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.security.ApiRight;

/** Endpoints for agents: make or renew, move, send a signal as, end. */
final class AgentEndpoints {
    private static final int UNITS = 16;

    private final Agents agents;
    private final ApiLimits limits;

    AgentEndpoints(Agents agents, ApiLimits limits) {
        this.agents = agents;
        this.limits = limits;
    }

    List<Route> routes() {
        return List.of(
                route(HttpMethod.PUT, "/boards/{board}/agents/{key}", this::put),
                route(HttpMethod.DELETE, "/boards/{board}/agents/{key}", this::end),
                route(HttpMethod.POST, "/boards/{board}/agents/{key}/cursor", this::move),
                route(HttpMethod.POST, "/boards/{board}/agents/{key}/signals", this::signal));
    }

    private static Route route(HttpMethod method, String template, Route.Endpoint endpoint) {
        return new Route(method, template, ApiRight.AGENTS, Scope.BOARD_IN_PATH, endpoint);
    }

    private static AgentKey key(ApiCall call) throws ApiException {
        try {
            return new AgentKey(call.boardInPath(), call.variable(1));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("bad_key", String.valueOf(e.getMessage()));
        }
    }

    private static <T> CompletionStage<ApiAnswer> answered(CompletionStage<T> stage, Function<T, ApiAnswer> answer) {
        return stage.handle((value, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof AgentRefusedException refused) {
                throw new CompletionException(exception(refused));
            }
            if (failure != null) {
                throw failure instanceof CompletionException known ? known : new CompletionException(failure);
            }
            return answer.apply(value);
        });
    }

    private CompletionStage<ApiAnswer> put(ApiCall call) throws ApiException {
        AgentKey key = key(call);
        JsonFields body = call.body();
        body.expect(Set.of("profile", "state", "status", "cursor", "ttl_seconds"));
        AgentSpec spec = new AgentSpec(
                profile(body.object("profile"), key),
                state(body.object("state")),
                status(body.text("status")),
                position(body.object("cursor"), Set.of("x", "y", "hidden")),
                (int) body.number(
                        "ttl_seconds", Agents.DEFAULT_TTL_SECONDS, Agents.LEAST_TTL_SECONDS, Agents.MOST_TTL_SECONDS));
        return answered(agents.put(call.caller().name(), key, spec), state -> shown(key, state));
    }

    private @Nullable Profile profile(@Nullable JsonFields fields, AgentKey key) throws ApiException {
        if (fields == null) {
            return null;
        }
        fields.expect(Set.of("user_id", "name", "color", "avatar_url"));
        String user = fields.text("user_id");
        if (user != null) {
            ApiCall.user(user);
        }
        String name = fields.textUpTo("name", limits.maxNameBytes());
        return new Profile(
                user == null ? AgentSpec.userOf(key) : fields.textUpTo("user_id", limits.maxNameBytes()),
                name.isEmpty() ? key.name() : name,
                fields.textUpTo("color", limits.maxNameBytes()),
                fields.textUpTo("avatar_url", ApiLimits.MAX_URL_BYTES),
                Agents.DEVICE);
    }

    private @Nullable Map<String, byte[]> state(@Nullable JsonFields fields) throws ApiException {
        if (fields == null) {
            return null;
        }
        Map<String, byte[]> values = fields.values();
        for (String name : values.keySet()) {
            if (name.getBytes(StandardCharsets.UTF_8).length > limits.maxNameBytes()
                    || name.equals(Agents.TTL_IN_STATE)) {
                throw ApiException.invalid(
                        "bad_state",
                        "names of a state have at most " + limits.maxNameBytes() + " bytes, and " + Agents.TTL_IN_STATE
                                + " is reserved");
            }
        }
        Map<String, byte[]> whole = new LinkedHashMap<>(values);
        whole.put(Agents.TTL_IN_STATE, new byte[4]);
        if (whole.size() > limits.maxStateKeys() || PresenceState.of(whole).sizeBytes() > limits.maxStateBytes()) {
            throw ApiException.invalid(
                    "bad_state",
                    "a state has at most " + limits.maxStateKeys() + " names and " + limits.maxStateBytes()
                            + " bytes, with " + Agents.TTL_IN_STATE + ", which the service adds");
        }
        return values;
    }

    /** Refuses away, which stands for a lost connection. */
    private static @Nullable Status status(@Nullable String text) throws ApiException {
        if (text == null) {
            return null;
        }
        for (Status status : List.of(Status.ACTIVE, Status.IDLE, Status.BUSY)) {
            if (status.name().toLowerCase(Locale.ROOT).equals(text)) {
                return status;
            }
        }
        throw ApiException.invalid("bad_status", "the status of an agent must be active, idle or busy");
    }

    private static @Nullable Position position(@Nullable JsonFields fields, Set<String> known) throws ApiException {
        if (fields == null) {
            return null;
        }
        fields.expect(known);
        return new Position(units(fields.decimal("x")), units(fields.decimal("y")), fields.flag("hidden"));
    }

    private static int units(double coordinate) {
        double units = Math.rint(coordinate * UNITS);
        return (int) Math.max(-Position.LIMIT, Math.min(Position.LIMIT, units));
    }

    private static ApiAnswer shown(AgentKey key, AgentState state) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("board", key.board().value());
        shown.put("key", key.name());
        shown.put("member_id", state.record().id().toString());
        shown.put("created", state.created());
        shown.put("ttl_seconds", state.ttlSeconds());
        return ApiAnswer.ok(shown);
    }

    private CompletionStage<ApiAnswer> move(ApiCall call) throws ApiException {
        AgentKey key = key(call);
        JsonFields body = call.body();
        body.expect(Set.of("points"));
        List<AgentPath.Point> points = new ArrayList<>();
        for (JsonFields point : body.objects("points", AgentPath.MOST_POINTS)) {
            int at = (int) point.number("at_ms", 0, 0, AgentPath.MOST_MS);
            Position position = position(point, Set.of("x", "y", "hidden", "at_ms"));
            if (position != null) {
                points.add(new AgentPath.Point(at, position));
            }
        }
        AgentPath path;
        try {
            path = new AgentPath(points);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("bad_points", String.valueOf(e.getMessage()));
        }
        return answered(
                agents.move(call.caller().name(), key, path),
                done -> ApiAnswer.accepted(Map.of("moving_ms", path.lastMs())));
    }

    private CompletionStage<ApiAnswer> signal(ApiCall call) throws ApiException {
        AgentKey key = key(call);
        SignalBody signal = SignalBody.of(call, limits);
        return answered(
                agents.signal(call.caller().name(), key, signal.type(), signal.payload(), signal.to()),
                done -> ApiAnswer.accepted(Map.of("sent", true)));
    }

    private CompletionStage<ApiAnswer> end(ApiCall call) throws ApiException {
        AgentKey key = key(call);
        return answered(agents.end(call.caller().name(), key), ended -> ApiAnswer.ok(Map.of("ended", ended)));
    }

    private static ApiException exception(AgentRefusedException refused) {
        long wait = refused.retryAfterMs();
        return switch (refused.reason()) {
            case MISSING ->
                new ApiException(
                        HttpResponseStatus.NOT_FOUND, "agent_not_found", "there is no such agent on this board");
            case OFF ->
                new ApiException(
                        HttpResponseStatus.NOT_FOUND,
                        "agents_off",
                        "agents need a secret that all nodes share: set PRESENCE_AGENTS_SECRET or PRESENCE_API_TOKEN");
            case ENDING -> conflict("agent_ending", "the agent is leaving the board; try again", wait);
            case MOVED -> conflict("agent_moved", "another node took the agent over during the call; try again", wait);
            case TOKEN_FULL ->
                conflict(
                        "too_many_agents",
                        "PRESENCE_AGENTS_PER_TOKEN is reached on this node; end an agent first",
                        wait);
            case BOARD_FULL_OF_AGENTS ->
                conflict("too_many_agents", "PRESENCE_AGENTS_PER_BOARD is reached; end an agent first", wait);
            case BOARD_FULL -> conflict("board_full", "the board has as many members as it may have", wait);
            case BANNED -> ApiException.forbidden("banned", "an operator removed the agent, or its user is banned");
            case RATE ->
                new ApiException(
                        HttpResponseStatus.TOO_MANY_REQUESTS,
                        "rate_limited",
                        "PRESENCE_AGENT_CALLS_PER_SECOND of this token, or the bytes of signals of the board, are used up",
                        wait);
            case NODE_FULL ->
                new ApiException(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "node_full",
                        "the node has as many boards as it may have: use another node",
                        wait);
            case DRAINING ->
                new ApiException(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "draining",
                        "the node is about to stop: use another node",
                        wait);
        };
    }

    private static ApiException conflict(String code, String message, long retryAfterMs) {
        return new ApiException(HttpResponseStatus.CONFLICT, code, message, retryAfterMs);
    }
}
