package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The outcome of a request to the API, for counting. */
enum ApiOutcome {
    DONE,
    /** Without a known token. */
    UNAUTHORIZED,
    /** The token does not grant it, or the API is off. */
    FORBIDDEN,
    /** The caller exceeds a rate. */
    LIMITED,
    /** The request is invalid. */
    INVALID,
    /** The cluster is unavailable. */
    UNAVAILABLE;

    static ApiOutcome of(HttpResponseStatus status) {
        if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
            return UNAUTHORIZED;
        }
        if (status.equals(HttpResponseStatus.FORBIDDEN)) {
            return FORBIDDEN;
        }
        if (status.equals(HttpResponseStatus.TOO_MANY_REQUESTS)) {
            return LIMITED;
        }
        return switch (status.codeClass()) {
            case CLIENT_ERROR -> INVALID;
            case SERVER_ERROR -> UNAVAILABLE;
            default -> DONE;
        };
    }
}
