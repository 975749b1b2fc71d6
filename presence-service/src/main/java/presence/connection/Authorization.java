package presence.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.board.Seat;
import presence.model.BoardId;
import presence.security.Authenticator;
import presence.security.Identity;
import presence.security.Right;

/** Holds the identity of a connection and checks its rights. The channel's event loop only. */
final class Authorization {
    private final @Nullable Authenticator authenticator;
    /** Null until a token is verified. */
    private @Nullable Identity identity;

    /** @param authenticator null: no authentication */
    Authorization(@Nullable Authenticator authenticator) {
        this.authenticator = authenticator;
        this.identity = authenticator == null ? Identity.ANONYMOUS : null;
    }

    /** Verifies a token; without authentication every token gives the anonymous identity. */
    CompletionStage<Identity> check(String token) {
        return authenticator == null
                ? CompletableFuture.completedFuture(Identity.ANONYMOUS)
                : authenticator.authenticate(token);
    }

    /** Sets the identity of a verified token; false if it is of another user than before. */
    boolean take(Identity verified) {
        if (identity != null && !identity.userId().equals(verified.userId())) {
            return false;
        }
        identity = verified;
        return true;
    }

    boolean isKnown() {
        return identity != null;
    }

    /** Before it is known, only frames with a token are read. */
    Identity identity() {
        if (identity == null) {
            throw new IllegalStateException("not signed in");
        }
        return identity;
    }

    boolean may(Right right, BoardId board) {
        return identity != null && identity.rights().allow(board, right);
    }

    boolean mayBeOn(Seat seat) {
        return may(seat.isObserver() ? Right.OBSERVE : Right.JOIN, seat.board().id());
    }

    /** @param nowMs since 1970 */
    boolean hasExpired(long nowMs) {
        return identity != null && identity.expiresAtMs() <= nowMs;
    }

    /** When the identity expires, in milliseconds since 1970; {@link Long#MAX_VALUE} = never, or not known yet. */
    long expiresAtMs() {
        return identity == null ? Long.MAX_VALUE : identity.expiresAtMs();
    }
}
