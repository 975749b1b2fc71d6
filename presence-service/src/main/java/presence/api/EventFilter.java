package presence.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.events.EventKind;
import presence.events.PresenceEvent;
import presence.security.ApiToken;

/**
 * Selects events.
 *
 * @param board null: of all boards
 * @param kinds empty: of all kinds
 * @param caller whose token must allow the event's board; events of no board need a token for all boards
 */
record EventFilter(@Nullable String board, List<String> kinds, ApiToken caller) {
    static EventFilter asked(ApiCall call) throws ApiException {
        String board = call.query("board");
        if (board != null) {
            call.requireBoard(ApiCall.board(board));
        }
        List<String> kinds = call.queries("kind");
        for (String kind : kinds) {
            if (EventKind.of(kind).isEmpty()) {
                throw ApiException.invalid("bad_kind", "there is no kind of event of this name");
            }
        }
        return new EventFilter(board, kinds, call.caller());
    }

    private boolean mayBeSeen(PresenceEvent event) {
        return event.board().isEmpty() ? caller.allowsAllBoards() : caller.allows(event.board());
    }

    boolean accepts(PresenceEvent event) {
        return (board == null || board.equals(event.board()))
                && mayBeSeen(event)
                && (kinds.isEmpty() || kinds.contains(event.kind()));
    }
}
