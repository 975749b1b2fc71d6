package presence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import presence.bench.process.Programs;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            BenchMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --boards 0        | --boards is 0, but must be 1 to 1000000
        --users 0         | --users is 0, but must be 1 to 100000
        --users 5 --movers 6 | --movers is 6, but must be 0 to 5
        --movers -1       | --movers is -1, but must be 0 to 10
        --hz -1           | --hz is -1, but must be 0 to 1000
        --hz NaN          | --hz is NaN, but must be 0 to 1000
        --seconds 0       | --seconds is 0, but must be 1 to 86400
        --warmup -1       | --warmup is -1, but must be 0 to 86400
        --stalled 1.5     | --stalled is 1.5, but must be 0 to 1
        --churn -2        | --churn is -2, but must be 0 to 100000
        --connecting 0    | --connecting is 0, but must be 1 to 100000
        --threads 0       | --threads is 0, but must be 1 to 1024
        --patience-ms 0   | --patience-ms is 0, but must be 1 to 60000
        --observers -1    | --observers is -1, but must be 0 to 100000
        --watchers -1     | --watchers is -1, but must be 0 to 100000
        --watchers 1 --watched-boards 21 | --watched-boards is 21, but must be 0 to 20
        --viewports --visible 0 | --visible is 0, but must be 1 to 100000
        --viewports --pan-hz 21 | --pan-hz is 21, but must be 0 to 20
        --url http://a/   | --url is http://a/, but must look like ws://127.0.0.1:3001/ws
        --boards many     | Invalid value for option '--boards': 'many' is not an int
        --colour red      | Unknown options: '--colour', 'red'
        """)
    void saysInOneLineWhichOptionOfASwarmIsWrong(String options, String complaint) {
        int exit = commandLine.execute(("swarm " + options).split(" "));

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("presence-bench swarm: " + complaint + "; --help says more");
    }

    @Test
    void saysWhichRowsThereAre() {
        int exit = commandLine.execute("budgets", "--only", "speed");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("presence-bench budgets: --only is speed, but must be among fanout-20x10, ");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void saysWhichAttacksThereAre() {
        int exit = commandLine.execute("attack", "--only", "pings,kindness");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("presence-bench attack: --only is kindness, but must be among silent, slow-handshake, ");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void saysWhichServersAndLoadsThereAre() {
        assertThat(commandLine.execute("compare", "--peers", "ours,nginx")).isEqualTo(2);
        assertThat(commandLine.execute("compare", "--only", "3x3")).isEqualTo(2);
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        peers -> assertThat(peers)
                                .contains("--peers is nginx, but must be among ours, uwebsockets, ws, "),
                        loads -> assertThat(loads).contains("--only is 3x3, but must be among 100x2, 20x10, "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"floor", "budgets", "compare"})
    void measuresAtLeastOnce(String command) {
        int exit = commandLine.execute(command, "--rounds", "0");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "presence-bench " + command + ": --rounds is 0, but must be at least 1; --help says more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"floor", "budgets", "compare", "scaling", "soak", "attack", "rolling"})
    void saysInOneLineThatThereIsNoService(String command) {
        int exit = commandLine.execute(command, "--service", "nowhere.jar");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("presence-bench " + command
                        + ": no service at nowhere.jar: build it, or say where with --service");
    }

    @Test
    void saysThatThereIsNoBuildToCompareWith() {
        int exit = commandLine.execute("budgets", "--service", "pom.xml", "--short", "--before", "nowhere.jar");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("no service at nowhere.jar");
    }

    @Test
    void namesOfChoicesMayBeInLowerCase() {
        int exit = commandLine.execute("swarm", "--spacing", "even", "--users", "0");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("--users is 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"swarm", "floor", "budgets", "compare", "scaling", "soak", "attack", "rolling", "jmh"})
    void helpsWithAnExample(String command) {
        assertThat(commandLine.execute(command, "--help")).isZero();

        assertThat(out.toString()).contains("Usage: presence-bench " + command, "Example: presence-bench " + command);
    }

    @Test
    void childProcessesRunThisProgram() {
        assertThat(Programs.BENCH).isEqualTo(BenchMain.class.getName());
    }
}
