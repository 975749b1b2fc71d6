package presence.wire;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a frame that is not accepted: it is either refused with an {@link ErrorCode} and the connection stays
 * open, or the connection is closed with a {@link CloseReason}. Has no stack trace, so that hostile input stays cheap.
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

    /** Returns null when the connection must end. */
    public @Nullable ErrorCode error() {
        return error;
    }

    /** Returns null when the connection stays open. */
    public @Nullable CloseReason close() {
        return close;
    }

    /** Returns the id of the refused frame, or {@link ClientEvent#NO_REQUEST_ID}. */
    public long requestId() {
        return requestId;
    }

    /** Returns the message; a WireException always has one. */
    public String detail() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
