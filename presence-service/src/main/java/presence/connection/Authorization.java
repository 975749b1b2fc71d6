package presence.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.board.Seat;
import presence.model.BoardId;
import presence.security.Authenticator;
import presence.security.Identity;
import presence.security.Right;

/** Who a connection is, and what that allows it. The channel's event loop only. */
final class Authorization {
    private final @Nullable Authenticator authenticator;
    /** Null until a token has told. */
    private @Nullable Identity identity;

    /** @param authenticator null: nobody is asked for a token */
    Authorization(@Nullable Authenticator authenticator) {
        this.authenticator = authenticator;
        this.identity = authenticator == null ? Identity.ANYBODY : null;
    }

    /** Who the bearer of a token is, if tokens matter here. */
    CompletionStage<Identity> check(String token) {
        return authenticator == null
                ? CompletableFuture.completedFuture(Identity.ANYBODY)
                : authenticator.authenticate(token);
    }

    /** Takes what a token told; false if that is another user than before. */
    boolean take(Identity told) {
        if (identity != null && !identity.userId().equals(told.userId())) {
            return false;
        }
        identity = told;
        return true;
    }

    boolean isKnown() {
        return identity != null;
    }

    /** Nothing but a token is read before it has told who this is. */
    Identity who() {
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
}
