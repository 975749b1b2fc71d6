package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A failed request, with the response: status, code for programs, message for people. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;
    private final String code;
    private final String allow;
    private final long retryAfterMs;

    ApiException(HttpResponseStatus status, String code, String message) {
        this(status, code, message, 0);
    }

    /** @param retryAfterMs when the request may succeed; 0 = unknown */
    ApiException(HttpResponseStatus status, String code, String message, long retryAfterMs) {
        this(status, code, message, "", retryAfterMs);
    }

    private ApiException(HttpResponseStatus status, String code, String message, String allow, long retryAfterMs) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.allow = allow;
        this.retryAfterMs = retryAfterMs;
    }

    /** @param allowed the methods of the path, comma-separated */
    static ApiException methodNotAllowed(String allowed) {
        return new ApiException(
                HttpResponseStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "allowed here: " + allowed, allowed, 0);
    }

    static ApiException invalid(String code, String message) {
        return new ApiException(HttpResponseStatus.BAD_REQUEST, code, message);
    }

    static ApiException forbidden(String code, String message) {
        return new ApiException(HttpResponseStatus.FORBIDDEN, code, message);
    }

    HttpResponseStatus status() {
        return status;
    }

    /** Returns when the request may succeed, in milliseconds; 0 = unknown. */
    long retryAfterMs() {
        return retryAfterMs;
    }

    String code() {
        return code;
    }

    /** The methods of the path, comma-separated, as the header {@code Allow} of a 405 names them; empty otherwise. */
    String allow() {
        return allow;
    }
}
