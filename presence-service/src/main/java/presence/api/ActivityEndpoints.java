package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.activity.Activity;
import presence.activity.ActivityStore;
import presence.activity.Batch;
import presence.api.Route.Scope;
import presence.model.BoardId;
import presence.security.ApiRight;

/** Endpoints for activity: by hour, of one board or of all together, and of each board in one hour. */
final class ActivityEndpoints {
    private static final long MOST_HOURS = 31 * Batch.HOURS_PER_DAY;

    private final @Nullable ActivityStore store;
    private final LongSupplier wallClock;

    /** @param wallClock milliseconds since 1970 */
    ActivityEndpoints(@Nullable ActivityStore store, LongSupplier wallClock) {
        this.store = store;
        this.wallClock = wallClock;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, "/activity", ApiRight.READ, Scope.CHECKED_BY_ENDPOINT, this::hours),
                new Route(HttpMethod.GET, "/activity/boards", ApiRight.READ, Scope.CHECKED_BY_ENDPOINT, this::boards));
    }

    private ActivityStore store() throws ApiException {
        if (store == null) {
            throw new ApiException(
                    HttpResponseStatus.NOT_FOUND,
                    "activity_off",
                    "no activity is recorded: set PRESENCE_ACTIVITY_DAYS");
        }
        return store;
    }

    private CompletionStage<ApiAnswer> hours(ApiCall call) throws ApiException {
        BoardId board = ApiCall.boardOrNull(call.query("board"));
        call.requireBoardOrAll(board);
        ActivityStore kept = store();
        long now = wallClock.getAsLong();
        long to = Math.floorDiv(time(call, "to", now) - 1, Batch.HOUR_MS) + 1;
        long from = Batch.hourOf(time(call, "from", (to - Batch.HOURS_PER_DAY) * Batch.HOUR_MS));
        if (from >= to) {
            throw ApiException.invalid("bad_range", "from must be before to");
        }
        if (to - from > MOST_HOURS) {
            throw ApiException.invalid("bad_range", "from and to must be at most 31 days apart");
        }
        return board == null
                ? kept.totals(from, to).thenApply(found -> totals(from, to, found))
                : kept.board(board.value(), from, to).thenApply(found -> ofBoard(board, from, to, found));
    }

    private static ApiAnswer totals(long from, long to, ActivityStore.Totals found) {
        List<Object> hours = new ArrayList<>();
        Activity sum = Activity.NONE;
        for (ActivityStore.TotalHour hour : found.hours()) {
            Map<String, Object> shown = hour(hour.hour(), hour.activity());
            shown.put("users", hour.users());
            hours.add(shown);
            sum = sum.plus(hour.activity());
        }
        Map<String, Object> total = shown(new LinkedHashMap<>(), sum);
        total.put("users", found.users());
        return answer(new LinkedHashMap<>(), from, to, hours, total);
    }

    private static ApiAnswer ofBoard(BoardId board, long from, long to, List<ActivityStore.Hour> found) {
        List<Object> hours = new ArrayList<>();
        Activity sum = Activity.NONE;
        for (ActivityStore.Hour hour : found) {
            hours.add(hour(hour.hour(), hour.activity()));
            sum = sum.plus(hour.activity());
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("board", board.value());
        return answer(body, from, to, hours, shown(new LinkedHashMap<>(), sum));
    }

    private static ApiAnswer answer(
            Map<String, Object> body, long from, long to, List<Object> hours, Map<String, Object> total) {
        body.put("from", text(from));
        body.put("to", text(to));
        body.put("hours", hours);
        body.put("total", total);
        return ApiAnswer.ok(body);
    }

    private CompletionStage<ApiAnswer> boards(ApiCall call) throws ApiException {
        ActivityStore kept = store();
        Page page = Page.asked(call);
        long hour = Batch.hourOf(time(call, "hour", wallClock.getAsLong() - Batch.HOUR_MS));
        return kept.boards(hour).thenApply(found -> {
            List<String> sorted = found.keySet().stream()
                    .filter(board -> call.caller().allows(new BoardId(board)))
                    .sorted()
                    .toList();
            List<String> items = page.of(sorted, board -> board);
            List<Object> shown = new ArrayList<>();
            for (String board : items) {
                Map<String, Object> item = new LinkedHashMap<>();
                item.put("board", board);
                shown.add(shown(item, found.getOrDefault(board, Activity.NONE)));
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("hour", text(hour));
            body.putAll(page.shown("boards", shown, items, sorted, board -> board));
            return ApiAnswer.ok(body);
        });
    }

    private static Map<String, Object> hour(long hour, Activity activity) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("hour", text(hour));
        return shown(shown, activity);
    }

    private static Map<String, Object> shown(Map<String, Object> shown, Activity activity) {
        shown.put("members_most", activity.most());
        shown.put("joins", activity.joins());
        shown.put("member_minutes", Math.round(activity.memberMs() / 60.0) / 1_000.0);
        shown.put("signals", activity.signals());
        return shown;
    }

    private static String text(long hour) {
        return Instant.ofEpochSecond(hour * Batch.HOUR_MS / 1_000).toString();
    }

    /** A time in milliseconds since 1970. */
    private static long time(ApiCall call, String name, long defaultMs) throws ApiException {
        String text = call.query(name);
        if (text == null) {
            return defaultMs;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw ApiException.invalid("bad_" + name, name + " must be a time as 2026-11-30T20:00:00Z");
        }
    }
}
