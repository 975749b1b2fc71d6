package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.security.ApiRight;

/**
 * A method and path of the API, with what its caller's token must grant and the code that answers it.
 *
 * @param template a path below {@link HttpApi#ROOT}, as in the OpenAPI document
 * @param right that the token must have; the OpenAPI document names it in {@code security}
 * @param scope boards for which the token must have it
 */
record Route(HttpMethod method, String template, ApiRight right, Scope scope, Endpoint endpoint) {
    private static final String BOARD = "{board}";

    /** Boards that a call touches. */
    enum Scope {
        /** The one that the path names as {@code {board}}, checked before the endpoint is called. */
        BOARD_IN_PATH,
        /**
         * Those that the endpoint finds out: it calls {@link ApiCall#requireBoard} or {@link ApiCall#requireAllBoards}, or
         * leaves out of its answer what {@link ApiCall#caller()} does not allow.
         */
        CHECKED_BY_ENDPOINT,
        /** All, checked before the endpoint is called: the call touches what cannot be told by board. */
        ALL_BOARDS
    }

    /** @throws IllegalArgumentException if the path names a board and the scope is another, or the reverse */
    Route {
        if (template.contains(BOARD) != (scope == Scope.BOARD_IN_PATH)) {
            throw new IllegalArgumentException(template + " does not fit to " + scope);
        }
    }

    /** Returns a call's answer, after checking that its caller may make it. */
    CompletionStage<ApiAnswer> answer(ApiCall call) throws ApiException {
        call.requireRight(right);
        switch (scope) {
            case BOARD_IN_PATH -> call.requireBoard(call.boardInPath());
            case ALL_BOARDS -> call.requireAllBoards();
            case CHECKED_BY_ENDPOINT -> {}
        }
        return endpoint.answer(call);
    }

    /** Answers a call. */
    interface Endpoint {
        /** @throws ApiException if the request is invalid; the stage fails if the cluster is unavailable */
        CompletionStage<ApiAnswer> answer(ApiCall call) throws ApiException;
    }

    /** The values of a path's variables, decoded; null if the path does not match. */
    @Nullable List<String> match(String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        List<String> variables = new ArrayList<>(1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                // In a path a plus is not a space.
                variables.add(QueryStringDecoder.decodeComponent(given[i].replace("+", "%2B")));
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return variables;
    }
}
