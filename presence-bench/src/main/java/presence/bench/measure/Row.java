package presence.bench.measure;

import java.io.IOException;
import java.util.List;

/** One row of the budget table, or a few that are measured together. It starts and ends its own processes. */
interface Row {
    /** Returns the name that {@code --only} accepts. */
    String name();

    List<Figure> figures();

    /** Returns the command line that measures the same by hand. */
    String command();

    /**
     * Measures one round.
     *
     * @throws CannotMeasureException if this machine lacks something for it
     */
    Reading measure(TestBed testBed) throws IOException, InterruptedException;
}
