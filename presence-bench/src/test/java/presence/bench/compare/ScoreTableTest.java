package presence.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.bench.peer.Protocol;
import presence.bench.process.CannotMeasureException;

class ScoreTableTest {
    private static final Peer OWN = peer("ours");
    private static final Peer OTHER = peer("other");
    private static final Peer MISSING = peer("missing");

    private final ScoreTable table = new ScoreTable();

    private static Peer peer(String name) {
        return new Peer(name, "the " + name, Protocol.PRESENCE, true, redis -> {
            throw new CannotMeasureException("not started");
        });
    }

    private static Score score(double cost, double cpu) {
        return new Score(cost, 9 * cost, 17, 34, 11, cpu, 0.3, "");
    }

    @Test
    void showsMediansAndTheRatioOfOurs() {
        table.add(OWN, score(3, 0.1));
        table.add(OWN, score(2, 0.1));
        table.add(OWN, score(9, 0.1));
        table.add(OTHER, score(12, 0.95));
        table.cannot(MISSING, "no go on the PATH\nand more");
        assertThat(table.markdown(OWN).lines().skip(2))
                .containsExactly(
                        "| the ours | **3.00** (3.00, 2.00, 9.00) | 1.00 × | 27.0 | 17.0 / 34.0 | 11.0 | 10 % |  |",
                        "| the other | **12.0** | 0.25 × | 108.0 | 17.0 / 34.0 | 11.0 | 95 % | its core is full |",
                        "| the missing | | | | | | | NOT RUN: no go on the PATH |");
    }
}
