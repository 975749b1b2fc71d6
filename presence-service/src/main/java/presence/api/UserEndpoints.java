package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import presence.admin.PresenceQueries;
import presence.api.Route.Scope;
import presence.model.LocatedSession;
import presence.security.ApiRight;

/** Endpoints for users: the sessions of one, and which of many are online. */
final class UserEndpoints {
    private static final int MAX_ASKED = 1_000;

    private final PresenceQueries queries;

    UserEndpoints(PresenceQueries queries) {
        this.queries = queries;
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        HttpMethod.GET,
                        "/users/{user}/sessions",
                        ApiRight.READ,
                        Scope.CHECKED_BY_ENDPOINT,
                        this::sessions),
                new Route(HttpMethod.POST, "/users/online", ApiRight.READ, Scope.ALL_BOARDS, this::online));
    }

    private CompletionStage<ApiAnswer> sessions(ApiCall call) throws ApiException {
        String user = call.userInPath();
        return queries.sessions(user).thenApply(found -> {
            List<Map<String, Object>> shown = found.stream()
                    .filter(located -> call.caller().allows(located.session().board()))
                    .sorted(Comparator.comparing(located -> located.session().member()))
                    .map(UserEndpoints::shown)
                    .toList();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("user_id", user);
            body.put("online", !shown.isEmpty());
            body.put("sessions", shown);
            return ApiAnswer.ok(body);
        });
    }

    private static Map<String, Object> shown(LocatedSession located) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("member_id", located.session().member().toString());
        shown.put("board", located.session().board().value());
        shown.put("status", located.session().status().name().toLowerCase(Locale.ROOT));
        shown.put("device", located.session().device());
        shown.put("node", located.node().toString());
        return shown;
    }

    private CompletionStage<ApiAnswer> online(ApiCall call) throws ApiException {
        JsonFields body = call.body();
        body.expect(Set.of("users"));
        List<String> users = body.requiredTexts("users", MAX_ASKED);
        for (String user : users) {
            ApiCall.user(user);
        }
        return queries.online(users)
                .thenApply(online -> ApiAnswer.ok(Map.of(
                        "online",
                        users.stream().distinct().filter(online::contains).toList())));
    }
}
