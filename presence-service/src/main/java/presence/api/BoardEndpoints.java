package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import presence.admin.Moderator;
import presence.admin.PresenceQueries;
import presence.api.Route.Scope;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.Member;
import presence.security.ApiRight;

/** Endpoints for boards: list them, list members, send a signal. */
final class BoardEndpoints {
    private final PresenceQueries queries;
    private final Moderator moderator;
    private final ApiLimits limits;

    BoardEndpoints(PresenceQueries queries, Moderator moderator, ApiLimits limits) {
        this.queries = queries;
        this.moderator = moderator;
        this.limits = limits;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, "/boards", ApiRight.READ, Scope.CHECKED_BY_ENDPOINT, this::list),
                new Route(HttpMethod.GET, "/boards/{board}/counts", ApiRight.READ, Scope.BOARD_IN_PATH, this::counts),
                new Route(HttpMethod.GET, "/boards/{board}/members", ApiRight.READ, Scope.BOARD_IN_PATH, this::members),
                new Route(
                        HttpMethod.POST,
                        "/boards/{board}/signals",
                        ApiRight.SIGNAL,
                        Scope.BOARD_IN_PATH,
                        this::signal));
    }

    private CompletionStage<ApiAnswer> list(ApiCall call) throws ApiException {
        Page page = Page.asked(call);
        return queries.boards().thenCompose(found -> {
            List<BoardId> sorted = found.stream()
                    .filter(call.caller()::allows)
                    .sorted(Comparator.comparing(BoardId::value))
                    .toList();
            List<BoardId> items = page.of(sorted, BoardId::value);
            return counted(items)
                    .thenApply(shown -> ApiAnswer.ok(page.shown("boards", shown, items, sorted, BoardId::value)));
        });
    }

    private CompletionStage<List<Map<String, Object>>> counted(List<BoardId> boards) {
        List<CompletableFuture<BoardCounts>> counts = boards.stream()
                .map(board -> queries.countsOf(board).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(counts.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    List<Map<String, Object>> shown = new ArrayList<>();
                    for (int i = 0; i < boards.size(); i++) {
                        shown.add(shown(boards.get(i), counts.get(i).join()));
                    }
                    return shown;
                });
    }

    private static Map<String, Object> shown(BoardId board, BoardCounts counts) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("board", board.value());
        shown.put("members", counts.members());
        shown.put("observers", counts.observers());
        shown.put("users", counts.users());
        return shown;
    }

    private CompletionStage<ApiAnswer> counts(ApiCall call) throws ApiException {
        BoardId board = call.boardInPath();
        return queries.countsOf(board).thenApply(counts -> ApiAnswer.ok(shown(board, counts)));
    }

    private CompletionStage<ApiAnswer> members(ApiCall call) throws ApiException {
        BoardId board = call.boardInPath();
        Page page = Page.asked(call);
        Function<Member, String> key = member -> member.id().toString();
        return queries.whoIsOn(board).thenApply(found -> {
            List<Member> sorted = new ArrayList<>(found);
            sorted.sort(Comparator.comparing(key));
            List<Member> items = page.of(sorted, key);
            List<Map<String, Object>> shown =
                    items.stream().map(BoardEndpoints::shown).toList();
            return ApiAnswer.ok(page.shown("members", shown, items, sorted, key));
        });
    }

    private static Map<String, Object> shown(Member member) {
        Map<String, Object> state = new LinkedHashMap<>();
        member.state().values().forEach((name, value) -> state.put(name, base64(value)));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("member_id", member.id().toString());
        shown.put("user_id", member.profile().userId());
        shown.put("name", member.profile().name());
        shown.put("color", member.profile().color());
        shown.put("avatar_url", member.profile().avatarUrl());
        shown.put("device", member.profile().device());
        shown.put("status", member.status().name().toLowerCase(Locale.ROOT));
        shown.put("state", state);
        shown.put("version", member.version());
        shown.put("joined_at_ms", member.joinedAtMs());
        return shown;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private CompletionStage<ApiAnswer> signal(ApiCall call) throws ApiException {
        BoardId board = call.boardInPath();
        SignalBody signal = SignalBody.of(call, limits);
        return moderator
                .signal(board, signal.type(), signal.payload(), signal.to())
                .thenApply(done -> ApiAnswer.accepted(Map.of("sent", true)));
    }
}
