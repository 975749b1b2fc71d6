package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** What was found or done. {@code body} in the order in which it is shown. */
record ApiAnswer(HttpResponseStatus status, Map<String, Object> body) {
    static ApiAnswer ok(Map<String, Object> body) {
        return new ApiAnswer(HttpResponseStatus.OK, body);
    }

    /** Begun, and not known to be done. */
    static ApiAnswer accepted(Map<String, Object> body) {
        return new ApiAnswer(HttpResponseStatus.ACCEPTED, body);
    }
}
