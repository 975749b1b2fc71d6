package presence.bench;

import java.io.IOException;
import java.util.List;

/** One line of the budget table, or a few that are measured together. It starts and ends what it needs by itself. */
interface Row {
    /** What {@code --only} calls it. */
    String name();

    List<Figure> figures();

    /** What somebody would type to do the same by hand. */
    String command();

    /**
     * One round.
     *
     * @throws CannotMeasureException if this machine lacks something for it
     */
    Reading measure(TestBed lab) throws IOException, InterruptedException;
}
