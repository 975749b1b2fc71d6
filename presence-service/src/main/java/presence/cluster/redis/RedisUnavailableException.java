package presence.cluster.redis;

import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Thrown when Redis cannot be reached or used; the message gives the reason in one line. */
public final class RedisUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public RedisUnavailableException(String address, @Nullable Throwable cause) {
        super("cannot connect to Redis at " + address + ": " + reason(cause), cause);
    }

    public RedisUnavailableException(String address, Refusal refusal) {
        super("cannot use Redis at " + address + ", it refuses writes: " + refusal.text());
    }

    public RedisUnavailableException(String message) {
        super(message);
    }

    /** Whether the cause is a timeout. */
    boolean isLate() {
        Throwable cause = getCause();
        while (cause != null
                && !(cause instanceof TimeoutException)
                && !(cause instanceof RedisCommandTimeoutException)
                && !(cause instanceof ConnectTimeoutException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    public static String reason(@Nullable Throwable cause) {
        Throwable deepest = cause;
        while (deepest != null && deepest.getCause() != null && !(deepest instanceof ConnectException)) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof TimeoutException) {
            return "no answer in time";
        }
        if (deepest == null || deepest.getMessage() == null) {
            return String.valueOf(deepest);
        }
        String line = deepest.getMessage().lines().findFirst().orElse("unknown");
        return isOfTls(cause) ? "TLS: " + line : line;
    }

    /** Messages of TLS failures ("unable to find valid certification path") do not mention TLS. */
    private static boolean isOfTls(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
