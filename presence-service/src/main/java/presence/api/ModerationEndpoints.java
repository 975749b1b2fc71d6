package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.admin.Moderator;
import presence.api.Route.Scope;
import presence.model.Ban;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.MemberId;
import presence.security.ApiRight;
import presence.security.ApiToken;

/** Endpoints for kicks and bans. */
final class ModerationEndpoints {
    private static final int MAX_REASON_BYTES = 256;
    private static final int MAX_BAN_SECONDS = 31_536_000;

    private final Moderator moderator;

    ModerationEndpoints(Moderator moderator) {
        this.moderator = moderator;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.POST, "/kicks", ApiRight.MODERATE, Scope.CHECKED_BY_ENDPOINT, this::kick),
                new Route(HttpMethod.GET, "/bans", ApiRight.MODERATE, Scope.CHECKED_BY_ENDPOINT, this::bans),
                new Route(HttpMethod.DELETE, "/bans", ApiRight.MODERATE, Scope.CHECKED_BY_ENDPOINT, this::pardon));
    }

    private CompletionStage<ApiAnswer> kick(ApiCall call) throws ApiException {
        JsonFields fields = call.body();
        fields.expect(Set.of("board", "member_id", "user_id", "reason", "ban_seconds"));
        BoardId board = ApiCall.boardOrNull(fields.text("board"));
        call.requireBoardOrAll(board);
        String memberText = fields.text("member_id");
        String userText = fields.text("user_id");
        if ((memberText == null) == (userText == null)) {
            throw ApiException.invalid("bad_target", "a kick needs either a member_id or a user_id");
        }
        MemberId member = memberText == null ? null : ApiCall.member(memberText);
        if (member != null && board == null) {
            throw ApiException.invalid("bad_target", "a member_id needs its board");
        }
        long banMs = 1_000 * fields.number("ban_seconds", 0, 0, MAX_BAN_SECONDS);
        if (member != null && banMs > 0) {
            throw ApiException.invalid("bad_target", "a ban needs a user_id");
        }
        String reason = fields.textUpTo("reason", MAX_REASON_BYTES);
        String user = member == null ? ApiCall.user(userText) : "";
        if (banMs > 0 && !moderator.mayBan()) {
            throw new ApiException(
                    HttpResponseStatus.CONFLICT, "too_many_bans", "PRESENCE_MAX_BANS is reached; end a ban first");
        }
        return moderator.kick(new Kick(board, member, user, reason, banMs)).thenApply(outcome -> {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("kicked", outcome.kicked());
            body.put("pending", outcome.pending());
            return outcome.pending() == 0 ? ApiAnswer.ok(body) : ApiAnswer.accepted(body);
        });
    }

    private CompletionStage<ApiAnswer> bans(ApiCall call) throws ApiException {
        Page page = Page.asked(call);
        List<Ban> sorted = moderator.bans().stream()
                .filter(ban -> isShown(ban, call.caller()))
                .sorted(Comparator.comparing(ModerationEndpoints::key))
                .toList();
        List<Ban> items = page.of(sorted, ModerationEndpoints::key);
        List<Map<String, Object>> shown =
                items.stream().map(ModerationEndpoints::shown).toList();
        return CompletableFuture.completedFuture(
                ApiAnswer.ok(page.shown("bans", shown, items, sorted, ModerationEndpoints::key)));
    }

    /** Returns whether a caller may see a ban; one from all boards only with a token for all boards. */
    private static boolean isShown(Ban ban, ApiToken caller) {
        BoardId board = ban.board();
        return board == null ? caller.allowsAllBoards() : caller.allows(board);
    }

    /** The user id and the board id, which cannot contain a line break. */
    private static String key(Ban ban) {
        return ban.userId() + "\n" + text(ban.board());
    }

    private static String text(@Nullable BoardId board) {
        return board == null ? "" : board.value();
    }

    private static Map<String, Object> shown(Ban ban) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("user_id", ban.userId());
        shown.put("board", ban.board() == null ? null : ban.board().value());
        shown.put("remaining_seconds", (ban.remainingMs() + 999) / 1_000);
        return shown;
    }

    private CompletionStage<ApiAnswer> pardon(ApiCall call) throws ApiException {
        String user = ApiCall.user(call.query("user_id"));
        BoardId board = ApiCall.boardOrNull(call.query("board"));
        call.requireBoardOrAll(board);
        return moderator.pardon(user, board).thenApply(lifted -> ApiAnswer.ok(Map.of("lifted", lifted)));
    }
}
