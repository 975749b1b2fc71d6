package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** The response to a call; {@code body} in the order of its fields. */
record ApiAnswer(HttpResponseStatus status, Map<String, Object> body) {
    static ApiAnswer ok(Map<String, Object> body) {
        return new ApiAnswer(HttpResponseStatus.OK, body);
    }

    /** Accepted: the cluster has not confirmed it. */
    static ApiAnswer accepted(Map<String, Object> body) {
        return new ApiAnswer(HttpResponseStatus.ACCEPTED, body);
    }
}
