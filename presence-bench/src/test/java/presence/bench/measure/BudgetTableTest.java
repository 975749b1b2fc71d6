package presence.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetTableTest {
    private record FixedRow(String name, List<Figure> figures, String command) implements Row {
        @Override
        public Reading measure(TestBed testBed) {
            throw new UnsupportedOperationException();
        }
    }

    private static final Row ROW = new FixedRow(
            "cost",
            List.of(
                    new Figure("us", Limit.atMost(2)),
                    new Figure("joins", Limit.atLeast(4_000)),
                    Figure.reported("ms")),
            "swarm --boards 1");

    private final BudgetTable table = new BudgetTable();

    private static Reading reading(double... values) {
        return new Reading(java.util.Arrays.stream(values).boxed().toList(), "");
    }

    @Test
    void tellsTheMedianOfTheRoundsAndWhatMissesItsBudget() {
        table.add(ROW, List.of(reading(9, 4_500, 30), reading(1.5, 3_000, 35), reading(1.25, 3_999, 40)), "");

        assertThat(table.markdown(3).lines())
                .containsExactly(
                        "| row | budget | measured (median of 3) | command |",
                        "|---|---|---|---|",
                        "| cost: us | ≤ 2.00 | 1.50 (9.00, 1.50, 1.25) | `swarm --boards 1` |",
                        "| cost: joins | ≥ 4,000 | 3,999 (4,500, 3,000, 3,999) **missed** | `swarm --boards 1` |",
                        "| cost: ms |  | 35.0 (30.0, 35.0, 40.0) | `swarm --boards 1` |");
        assertThat(table.isHeld()).isFalse();
    }

    @Test
    void tellsWhatCouldNotBeMeasured() {
        table.add(ROW, List.of(), "no redis-server");

        assertThat(table.markdown(1)).contains("| cost: us | ≤ 2.00 | NOT RUN: no redis-server | `swarm --boards 1` |");
        assertThat(table.isHeld()).isTrue();
    }

    @Test
    void isReadableAsJson() {
        table.add(ROW, List.of(reading(1, 5_000, 30)), "2 positions lost");

        JsonObject line =
                new Gson().fromJson(table.json(), JsonArray.class).get(0).getAsJsonObject();

        assertThat(line.get("row").getAsString()).isEqualTo("cost");
        assertThat(line.get("median").getAsDouble()).isEqualTo(1);
        assertThat(line.get("held").getAsBoolean()).isTrue();
        assertThat(line.get("remark").getAsString()).isEqualTo("2 positions lost");
        assertThat(line.getAsJsonObject("budget").get("value").getAsDouble()).isEqualTo(2);
    }
}
