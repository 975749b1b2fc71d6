package presence.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A failed request, with the response: status, code for programs, message for people. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;
    private final String code;

    ApiException(HttpResponseStatus status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
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

    String code() {
        return code;
    }
}
