package presence.board.spi;

import java.util.concurrent.CompletionStage;
import presence.model.BoardSummary;

/** Reads again and again how many and who is on one board, as its nodes have stored it. */
public interface SummaryReader {
    /**
     * Reads the present state. Called by one thread at a time, and not before the stage returned last has ended. The
     * stage ends on any thread, and fails while the other nodes cannot be queried.
     */
    CompletionStage<BoardSummary> read();
}
