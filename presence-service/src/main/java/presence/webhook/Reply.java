package presence.webhook;

import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * The response to a request with events.
 *
 * @param status of HTTP
 * @param retryAfter the header {@code Retry-After}; empty if there is none
 */
record Reply(int status, String retryAfter) {
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    boolean isTaken() {
        return status / 100 == 2;
    }

    /** Returns whether the receiver refuses all further requests. */
    boolean isGone() {
        return status == GONE;
    }

    /** Returns whether {@code Retry-After} says when the receiver is ready again. */
    boolean namesPause() {
        return !retryAfter.isEmpty() && (status == TOO_MANY_REQUESTS || status == UNAVAILABLE);
    }

    /** A line for operators, of a response that is a failure. */
    String reason() {
        return "HTTP " + status;
    }

    /** A line for operators without the URL, of a request without a response. */
    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return "no response within PRESENCE_WEBHOOK_TIMEOUT_MS";
        }
        if (cause instanceof ConnectException) {
            return "cannot connect";
        }
        if (cause instanceof SSLException) {
            return "TLS: " + cause.getMessage();
        }
        return cause instanceof HttpPost.RefusedException
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getSimpleName();
    }
}
