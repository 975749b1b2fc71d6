package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A row that reads its figures from one swarm's report. */
record TrialRow(String name, Trial trial, List<Measure> measures) implements Row {
    record Measure(Figure figure, ToDoubleFunction<Trial.Outcome> value) {
        static Measure cost(Figure figure) {
            return new Measure(figure, outcome -> outcome.swarm().costMicros());
        }

        static Measure p50(Figure figure) {
            return new Measure(figure, outcome -> outcome.swarm().ageP50Ms());
        }

        static Measure p99(Figure figure) {
            return new Measure(figure, outcome -> outcome.swarm().ageP99Ms());
        }
    }

    @Override
    public List<Figure> figures() {
        return measures.stream().map(Measure::figure).toList();
    }

    @Override
    public String command() {
        return trial.toString();
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        Trial.Outcome outcome = trial.run(testBed);
        return new Reading(
                measures.stream()
                        .map(measure -> measure.value().applyAsDouble(outcome))
                        .toList(),
                outcome.swarm().flaws());
    }
}
