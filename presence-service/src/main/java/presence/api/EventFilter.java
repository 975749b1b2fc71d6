package presence.api;

import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.events.EventKind;
import presence.events.PresenceEvent;

/**
 * Selects events.
 *
 * @param board null: of all boards
 * @param kinds empty: of all kinds
 */
record EventFilter(@Nullable String board, List<String> kinds) {
    static EventFilter asked(ApiCall call) throws ApiException {
        String board = call.query("board");
        if (board != null) {
            ApiCall.board(board);
        }
        List<String> kinds = call.queries("kind");
        for (String kind : kinds) {
            if (EventKind.of(kind).isEmpty()) {
                throw ApiException.invalid("bad_kind", "there is no kind of event of this name");
            }
        }
        return new EventFilter(board, kinds);
    }

    boolean accepts(PresenceEvent event) {
        return (board == null || board.equals(event.board())) && (kinds.isEmpty() || kinds.contains(event.kind()));
    }
}
