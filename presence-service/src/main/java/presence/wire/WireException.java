package presence.wire;

import org.jspecify.annotations.Nullable;

/**
 * A frame that is not accepted: either refused with an {@link ErrorCode}, the connection staying, or
 * the end of its connection with a {@link CloseReason}. Has no stack trace: hostile input is cheap.
 */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable ErrorCode error;
    private final @Nullable CloseReason close;
    private final long requestId;

    private WireException(String message, @Nullable ErrorCode error, @Nullable CloseReason close, long requestId) {
        super(message, null, false, false);
        this.error = error;
        this.close = close;
        this.requestId = requestId;
    }

    public static WireException refused(ErrorCode error, long requestId, String message) {
        return new WireException(message, error, null, requestId);
    }

    public static WireException fatal(CloseReason close, String message) {
        return new WireException(message, null, close, ClientEvent.NO_REQUEST_ID);
    }

    /** Null when the connection must end. */
    public @Nullable ErrorCode error() {
        return error;
    }

    /** Null when the connection stays. */
    public @Nullable CloseReason close() {
        return close;
    }

    /** The id of the refused frame, or {@link ClientEvent#NO_REQUEST_ID}. */
    public long requestId() {
        return requestId;
    }

    /** The message; a WireException always has one. */
    public String detail() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
