package presence.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import presence.bench.process.CannotMeasureException;

/** Measures the service's cost against its budgets, row by row. */
@Command(
        name = "budgets",
        description = {
            "Measures the service against its budgets, each row with its own processes, and prints a Markdown table.",
            "Services run on core 0, swarm and Redis on core 1. Ends with 1 where a budget was missed.",
            "--short takes five minutes, compares two builds in turns, and judges nothing."
        },
        footer = {"", "Example: presence-bench budgets --only fanout-20x10,age --rounds 1 --warmup 10 --seconds 5"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class BudgetsCommand implements Callable<Integer> {
    private static final int MISSED = 1;

    @Mixin
    private TestBed testBed = new TestBed();

    @Option(names = "--only", split = ",", description = "these rows; all unless given", paramLabel = "NAME")
    private List<String> only = List.of();

    @Option(names = "--rounds", description = "times each row is measured")
    private int rounds = 3;

    @Option(names = "--list", description = "print the rows' names and commands, and measure nothing")
    private boolean list;

    @Option(
            names = "--short",
            description = "the few rows that most changes move, in five minutes, against the build of --before")
    private boolean isShort;

    @Option(names = "--before", description = "with --short: the jar to compare with", paramLabel = "JAR")
    private @Nullable Path before;

    @Option(names = "--json", description = "print JSON instead of Markdown")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Row> rows = chosen();
        if (list) {
            rows.forEach(row -> System.out.println(row.name() + ": " + row.command()));
            return 0;
        }
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds is " + rounds + ", but must be at least 1");
        }
        testBed.requireJar();
        if (isShort) {
            if (before != null) {
                testBed.with(before).requireJar();
            }
            testBed.shorten();
            System.out.println(new ShortBudgets(testBed, before).run());
            return 0;
        }
        BudgetTable table = new BudgetTable();
        for (Row row : rows) {
            measure(row, table);
        }
        System.out.println(json ? table.json() : table.markdown(rounds));
        return table.isHeld() ? 0 : MISSED;
    }

    private List<Row> chosen() {
        List<Row> all = BudgetRows.all();
        List<String> names = all.stream().map(Row::name).toList();
        for (String name : only) {
            if (!names.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "--only is " + name + ", but must be among " + String.join(", ", names));
            }
        }
        return only.isEmpty()
                ? all
                : all.stream().filter(row -> only.contains(row.name())).toList();
    }

    /** Notes rows that cannot be measured here in the table and continues with the others. */
    private void measure(Row row, BudgetTable table) throws IOException, InterruptedException {
        List<Reading> readings = new ArrayList<>();
        try {
            for (int round = 1; round <= rounds; round++) {
                TestBed.say("%s, round %d of %d", row.name(), round, rounds);
                readings.add(row.measure(testBed));
            }
        } catch (CannotMeasureException e) {
            String why = String.valueOf(e.getMessage());
            TestBed.say("  %s", why);
            table.add(row, List.of(), why.lines().findFirst().orElse(""));
            return;
        }
        table.add(
                row,
                readings,
                readings.stream()
                        .map(Reading::flaws)
                        .filter(flaws -> !flaws.isEmpty())
                        .distinct()
                        .collect(Collectors.joining("; ")));
    }
}
