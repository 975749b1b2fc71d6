package presence.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.security.ApiRight;
import presence.security.ApiToken;

/** A request: path variables, query and body, each checked when it is read, and what its caller may do. */
final class ApiCall {
    /** The largest PRESENCE_MAX_NAME_BYTES, which bounds the user ids of clients. */
    static final int MAX_USER_BYTES = 1_024;

    private final ApiToken caller;
    private final List<String> path;
    private final Map<String, List<String>> query;
    private final String lastEventId;
    private final byte[] content;

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

    /** The value of one of the path's variables, decoded. */
    String variable(int at) {
        return path.get(at);
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

    /** Reads the body, which must be a JSON object. */
    JsonFields body() throws ApiException {
        return JsonFields.of(content);
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
