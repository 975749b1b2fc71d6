package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The outcome of a request to the API, for counting. */
enum ApiOutcome {
    DONE,
    /** Without the right token. */
    UNAUTHORIZED,
    /** The request is invalid. */
    INVALID,
    /** The cluster is unavailable. */
    UNAVAILABLE;

    static ApiOutcome of(HttpResponseStatus status) {
        if (status.equals(HttpResponseStatus.UNAUTHORIZED) || status.equals(HttpResponseStatus.FORBIDDEN)) {
            return UNAUTHORIZED;
        }
        return switch (status.codeClass()) {
            case CLIENT_ERROR -> INVALID;
            case SERVER_ERROR -> UNAVAILABLE;
            default -> DONE;
        };
    }
}
