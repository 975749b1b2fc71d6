package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked for.
 *
 * @param template a path below {@link HttpApi#ROOT}, as in the OpenAPI document
 */
record Route(HttpMethod method, String template, Endpoint endpoint) {
    /** Does it. */
    interface Endpoint {
        /** @throws ApiException where the request makes no sense; the stage fails where the cluster cannot answer */
        CompletionStage<ApiAnswer> answer(ApiCall call) throws ApiException;
    }

    /** What a path has in the place of the variables, decoded; null if it is not of this route. */
    @Nullable List<String> match(String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        List<String> variables = new ArrayList<>(1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                // A plus is a plus in a path.
                variables.add(QueryStringDecoder.decodeComponent(given[i].replace("+", "%2B")));
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return variables;
    }
}
