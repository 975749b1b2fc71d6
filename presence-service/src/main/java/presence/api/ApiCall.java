package presence.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.security.ApiRight;
import presence.security.ApiToken;

/** Reads a request: path variables, query and JSON fields, each checked when it is read. */
final class ApiCall {
    /** The largest PRESENCE_MAX_NAME_BYTES, which bounds the user ids of clients. */
    static final int MAX_USER_BYTES = 1_024;

    private final ApiToken caller;
    private final List<String> path;
    private final Map<String, List<String>> query;
    private final String lastEventId;
    private final byte[] content;
    private @Nullable JsonObject body;

    /**
     * @param caller what the caller's token grants
     * @param path the values of the route's variables, decoded
     * @param lastEventId the header {@code Last-Event-ID}; empty if there is none
     */
    ApiCall(ApiToken caller, List<String> path, Map<String, List<String>> query, String lastEventId, byte[] content) {
        this.caller = caller;
        this.lastEventId = lastEventId;
        this.path = path;
        this.query = query;
        this.content = content;
    }

    /** What the caller's token grants. */
    ApiToken caller() {
        return caller;
    }

    void requireRight(ApiRight right) throws ApiException {
        if (!caller.has(right)) {
            throw ApiException.forbidden(
                    "forbidden_right", "the token " + caller.name() + " has not the right " + right.text());
        }
    }

    void requireBoard(BoardId board) throws ApiException {
        if (!caller.allows(board)) {
            throw ApiException.forbidden(
                    "forbidden_board", "the token " + caller.name() + " does not allow this board");
        }
    }

    void requireAllBoards() throws ApiException {
        if (!caller.allowsAllBoards()) {
            throw ApiException.forbidden(
                    "forbidden_board", "this needs a token for all boards, which " + caller.name() + " is not");
        }
    }

    /** Checks a board that the request may leave out, which stands for all boards. */
    void requireBoardOrAll(@Nullable BoardId board) throws ApiException {
        if (board == null) {
            requireAllBoards();
        } else {
            requireBoard(board);
        }
    }

    BoardId boardInPath() throws ApiException {
        return board(path.get(0));
    }

    /** The first variable, whatever it is. */
    String idInPath() {
        return path.get(0);
    }

    String userInPath() throws ApiException {
        return user(path.get(0));
    }

    /** @return null if absent or empty */
    @Nullable String query(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
    }

    /** Returns all values of a parameter, each of them split at commas. */
    List<String> queries(String name) {
        return query.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The header {@code Last-Event-ID}; empty if there is none. */
    String lastEventId() {
        return lastEventId;
    }

    int query(String name, int defaultValue, int least, int most) throws ApiException {
        String text = query(name);
        try {
            return text == null ? defaultValue : within(name, Long.parseLong(text), least, most);
        } catch (NumberFormatException e) {
            throw ApiException.invalid("bad_" + name, name + " is not a number");
        }
    }

    private static int within(String name, long number, int least, int most) throws ApiException {
        if (number < least || number > most) {
            throw ApiException.invalid("bad_" + name, name + " must be " + least + " to " + most);
        }
        return (int) number;
    }

    /** Checks that the body is a JSON object with no fields besides {@code fields}. */
    void expect(Set<String> fields) throws ApiException {
        for (String field : json().keySet()) {
            if (!fields.contains(field)) {
                throw ApiException.invalid("unknown_field", "unknown field " + field + "; known are " + fields);
            }
        }
    }

    private JsonObject json() throws ApiException {
        JsonObject parsed = body;
        if (parsed == null) {
            try {
                JsonElement element = JsonParser.parseString(new String(content, StandardCharsets.UTF_8));
                if (!element.isJsonObject()) {
                    throw ApiException.invalid("bad_json", "the body is not a JSON object");
                }
                parsed = element.getAsJsonObject();
            } catch (JsonParseException e) {
                throw ApiException.invalid("bad_json", "the body is not JSON");
            }
            body = parsed;
        }
        return parsed;
    }

    /** @return null if absent or empty */
    @Nullable String text(String name) throws ApiException {
        JsonElement value = json().get(name);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!isText(value)) {
            throw ApiException.invalid("bad_" + name, name + " is not a string");
        }
        return value.getAsString().isEmpty() ? null : value.getAsString();
    }

    String textUpTo(String name, int bytes) throws ApiException {
        String text = text(name);
        if (text != null && text.getBytes(StandardCharsets.UTF_8).length > bytes) {
            throw ApiException.invalid("bad_" + name, name + " is longer than " + bytes + " bytes");
        }
        return text == null ? "" : text;
    }

    long number(String name, long defaultValue, int least, int most) throws ApiException {
        JsonElement value = json().get(name);
        if (value == null || value.isJsonNull()) {
            return defaultValue;
        }
        try {
            if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
                return within(name, value.getAsBigDecimal().longValueExact(), least, most);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Has a fraction, or is too large.
        }
        throw ApiException.invalid("bad_" + name, name + " is not a whole number");
    }

    /** @return empty if absent */
    List<String> texts(String name, int most) throws ApiException {
        JsonElement value = json().get(name);
        return value == null || value.isJsonNull() ? List.of() : texts(name, value, most);
    }

    /** @throws ApiException also if absent */
    List<String> requiredTexts(String name, int most) throws ApiException {
        JsonElement value = json().get(name);
        return texts(name, value == null ? JsonNull.INSTANCE : value, most);
    }

    private static List<String> texts(String name, JsonElement value, int most) throws ApiException {
        if (!value.isJsonArray()
                || value.getAsJsonArray().size() > most
                || !value.getAsJsonArray().asList().stream().allMatch(ApiCall::isText)) {
            throw ApiException.invalid("bad_" + name, name + " must be a list of at most " + most + " strings");
        }
        List<String> texts = new ArrayList<>();
        value.getAsJsonArray().forEach(element -> texts.add(element.getAsString()));
        return texts;
    }

    private static boolean isText(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    }

    static BoardId board(String text) throws ApiException {
        String problem = BoardId.problemWith(text);
        if (problem != null) {
            throw ApiException.invalid("bad_board", "the board id " + problem);
        }
        return new BoardId(text);
    }

    static @Nullable BoardId boardOrNull(@Nullable String text) throws ApiException {
        return text == null ? null : board(text);
    }

    static String user(@Nullable String text) throws ApiException {
        if (text == null
                || text.isEmpty()
                || text.getBytes(StandardCharsets.UTF_8).length > MAX_USER_BYTES
                || text.indexOf('\n') >= 0) {
            throw ApiException.invalid(
                    "bad_user_id", "a user id must have 1 to " + MAX_USER_BYTES + " bytes and no line break");
        }
        return text;
    }

    static MemberId member(String text) throws ApiException {
        try {
            return MemberId.fromHex(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid(
                    "bad_member_id", "a member id must have " + 2 * MemberId.BYTES + " hexadecimal digits");
        }
    }
}
