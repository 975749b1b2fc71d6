package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A method and path of the API, with the code that answers it.
 *
 * @param template a path below {@link HttpApi#ROOT}, as in the OpenAPI document
 */
record Route(HttpMethod method, String template, Endpoint endpoint) {
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
