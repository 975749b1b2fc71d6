package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/** How a request to the API ended, for counting. */
enum ApiOutcome {
    DONE,
    /** Without the right token. */
    UNAUTHORIZED,
    /** The request makes no sense. */
    INVALID,
    /** The cluster could not answer. */
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
