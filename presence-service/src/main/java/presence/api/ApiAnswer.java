package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.ops.StreamedReply;

/**
 * The response to a call.
 *
 * @param body in the order of its fields
 * @param stream the response instead of {@code body}; null for none
 */
record ApiAnswer(
        HttpResponseStatus status,
        Map<String, Object> body,
        @Nullable StreamedReply stream) {
    private ApiAnswer(HttpResponseStatus status, Map<String, Object> body) {
        this(status, body, null);
    }

    static ApiAnswer streamed(StreamedReply stream) {
        return new ApiAnswer(HttpResponseStatus.OK, Map.of(), stream);
    }

    static ApiAnswer ok(Map<String, Object> body) {
        return new ApiAnswer(HttpResponseStatus.OK, body);
    }

    /** A failure that is found only after the request was read. */
    static ApiAnswer failed(HttpResponseStatus status, String code, String message) {
        return new ApiAnswer(status, Map.of("error", Map.of("code", code, "message", message)));
    }

    /** Accepted: the cluster has not confirmed it. */
    static ApiAnswer accepted(Map<String, Object> body) {
        return new ApiAnswer(HttpResponseStatus.ACCEPTED, body);
    }
}
