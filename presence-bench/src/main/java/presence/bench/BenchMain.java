package presence.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import presence.bench.attack.AssailCommand;
import presence.bench.attack.AttackCommand;
import presence.bench.compare.CompareCommand;
import presence.bench.measure.BudgetsCommand;
import presence.bench.measure.FloorCommand;
import presence.bench.measure.ManyNodesCommand;
import presence.bench.measure.ScalingCommand;
import presence.bench.measure.SoakCommand;
import presence.bench.process.CannotMeasureException;
import presence.bench.rolling.PlacementCommand;
import presence.bench.rolling.RollingCommand;
import presence.bench.swarm.SwarmCommand;

/** The command line of the bench. */
@Command(
        name = "presence-bench",
        description = "Measures a presence service.",
        footer = {"", "Example: presence-bench swarm --url ws://127.0.0.1:3001/ws --boards 20 --users 10"},
        mixinStandardHelpOptions = true,
        subcommands = {
            SwarmCommand.class,
            FloorCommand.class,
            CompareCommand.class,
            BudgetsCommand.class,
            ScalingCommand.class,
            ManyNodesCommand.class,
            SoakCommand.class,
            AttackCommand.class,
            AssailCommand.class,
            RollingCommand.class,
            PlacementCommand.class,
            JmhCommand.class
        })
final class BenchMain {
    /** Wide enough for copying the examples. */
    private static final int HELP_WIDTH = 120;

    private BenchMain() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(BenchMain::onWrongOption)
                .setExecutionExceptionHandler(BenchMain::onFailure);
    }

    /** Prints one line for failures that a user can repair; others propagate with their stack trace. */
    private static int onFailure(Exception failure, CommandLine command, ParseResult line) throws Exception {
        if (!(failure instanceof CannotMeasureException)) {
            throw failure;
        }
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Prints one line with the problem instead of the whole help. */
    private static int onWrongOption(ParameterException wrong, String... args) {
        CommandLine command = wrong.getCommandLine();
        command.getErr()
                .println(command.getCommandSpec().qualifiedName() + ": " + wrong.getMessage() + "; --help says more");
        return CommandLine.ExitCode.USAGE;
    }
}
