package presence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import presence.bench.process.Bench;
import presence.bench.process.LocalPort;
import presence.bench.process.Programs;
import presence.bench.process.ServiceProcess;

/** The bench's jar against the service's jar, both started like a user would. Measures no speed. */
class SwarmIT {
    private static final int BOARDS = 3;
    private static final int USERS = 4;
    private static ServiceProcess service;

    @BeforeAll
    static void startService() throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("presence.jar"));
        // So low that a board of moving members is above it however slow the machine is.
        Map<String, String> settings = Map.of("PRESENCE_VIEWPORT_THRESHOLD", "8");
        service = ServiceProcess.start(Programs.java(), List.of(Bench.SERVICE_OPTIONS.split(" ")), jar, settings);
    }

    @AfterAll
    static void stopService() {
        service.close();
    }

    private static JsonObject swarm(String... more) throws IOException, InterruptedException {
        return swarmFor(2, more);
    }

    private static JsonObject swarmFor(int seconds, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("swarm", "--json", "--url", service.url().toString()));
        arguments.addAll(List.of("--boards", "" + BOARDS, "--users", "" + USERS, "--hz", "10"));
        // A busy machine may be late; it must not lose positions.
        arguments.addAll(List.of("--warmup", "1", "--seconds", "" + seconds, "--patience-ms", "5000"));
        arguments.addAll(List.of(more));
        Bench.Ending ending = Bench.run(arguments.toArray(new String[0]));
        assertThat(ending.exit()).as(ending.toString()).isZero();
        JsonObject report = ending.json();
        assertThat(report.get("connections").getAsInt()).isEqualTo(BOARDS * USERS);
        assertThat(report.get("failed").getAsInt()).isZero();
        assertThat(report.get("rosterErrors").getAsLong()).isZero();
        assertThat(report.get("lost").getAsLong()).as("lost in %s", report).isZero();
        return report;
    }

    @Test
    void allUsersSeeAllOthersMove() throws Exception {
        JsonObject report = swarm("--pid", Long.toString(service.pid()));

        assertThat(report.get("delivered").getAsLong()).isPositive();
        assertThat(report.get("checked").getAsLong())
                .isEqualTo(report.get("delivered").getAsLong());
        assertThat(report.get("ageP50Ms").getAsDouble()).isPositive();
        assertThat(report.get("ageP99Ms").getAsDouble())
                .isGreaterThanOrEqualTo(report.get("ageP50Ms").getAsDouble());
        assertThat(report.get("bytesPerPosition").getAsDouble()).isPositive();
        assertThat(report.get("serverMicrosPerPosition").getAsDouble()).isPositive();
        assertThat(report.getAsJsonObject("servers").keySet()).containsExactly(Long.toString(service.pid()));
    }

    @Test
    void rostersAreRightWhileUsersComeAndGo() throws Exception {
        JsonObject report = swarm("--churn", "10");

        assertThat(report.get("rejoins").getAsInt()).isPositive();
        assertThat(report.get("delivered").getAsLong()).isPositive();
    }

    @Test
    void aStalledReaderCostsTheOthersNothing() throws Exception {
        JsonObject report = swarmFor(4, "--stalled", "0.5");

        assertThat(report.get("delivered").getAsLong()).isPositive();
        double ifAllRead = report.get("sent").getAsLong() * (USERS - 1);
        assertThat(report.get("delivered").getAsLong()
                        + report.get("superseded").getAsLong())
                .as("of %.0f if all had read", ifAllRead)
                .isLessThan((long) (0.75 * ifAllRead));
    }

    @Test
    void aStormJoinsAllUsersAndEnds() throws Exception {
        JsonObject report = swarm("--storm");

        assertThat(report.get("joinsPerSecond").getAsDouble()).isPositive();
        assertThat(report.get("sent").getAsLong()).isZero();
    }

    @Test
    void noUserMovesWhenIdle() throws Exception {
        JsonObject report = swarm("--idle");

        assertThat(report.get("sent").getAsLong()).isZero();
        assertThat(report.get("delivered").getAsLong()).isZero();
        assertThat(report.get("seconds").getAsDouble()).isGreaterThanOrEqualTo(2);
    }

    private static JsonObject crowd(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("swarm", "--json", "--url", service.url().toString(), "--patience-ms", "5000"));
        arguments.addAll(List.of(more));
        Bench.Ending ending = Bench.run(arguments.toArray(new String[0]));
        assertThat(ending.exit()).as(ending.toString()).isZero();
        JsonObject report = ending.json();
        assertThat(report.get("lost").getAsLong()).as("lost in %s", report).isZero();
        return report.getAsJsonObject("crowd");
    }

    @Test
    void clientsWithWindowsGetWhatTheyShowAndNoMore() throws Exception {
        JsonObject crowd =
                crowd(("--boards 1 --users 170 --hz 30 --viewports --visible 40 --pan-hz 4 --observers 20 --churn 4"
                                + " --warmup 2 --seconds 3 --seed 20")
                        .split(" "));

        assertThat(crowd.get("visible").getAsDouble()).isBetween(20.0, 80.0);
        assertThat(crowd.get("failures").getAsLong()).isZero();
        assertThat(crowd.get("mbitPerObserver").getAsDouble()).isPositive();
        assertThat(service.metric("presence_positions_filtered_total")).isPositive();
    }

    @Test
    void clientsThatAreToldAPartOfTheMembersGetNoCursorOfOthers() throws Exception {
        JsonObject crowd = crowd(("--boards 1 --users 170 --hz 30 --viewports --visible 40 --roster-limit 10 --churn 10"
                        + " --warmup 2 --seconds 3 --seed 21")
                .split(" "));

        assertThat(crowd.get("failures").getAsLong()).isZero();
        assertThat(crowd.get("countErrors").getAsLong()).isZero();
        assertThat(crowd.get("joinP50Ms").getAsDouble()).isPositive();
        assertThat(service.metric("presence_members_told_total")).isPositive();
    }

    @Test
    void watchersHaveTheCountsOfTheirBoards() throws Exception {
        JsonObject crowd =
                crowd("--boards 4 --users 3 --observers 2 --watchers 5 --watched-boards 4 --hz 5 --warmup 1 --seconds 1"
                        .split(" "));

        assertThat(crowd.get("watchErrors").getAsLong()).isZero();
        assertThat(crowd.get("countErrors").getAsLong()).isZero();
        assertThat(crowd.get("observerHz").getAsDouble()).isPositive();
    }

    @Test
    void aSwarmThatCannotConnectReportsIt() throws Exception {
        int closedPort = LocalPort.free();

        Bench.Ending ending = Bench.run(
                "swarm", "--json", "--url", "ws://127.0.0.1:" + closedPort, "--boards", "1", "--users", "2", "--storm");

        assertThat(ending.exit()).isEqualTo(1);
        assertThat(ending.json().get("failed").getAsInt()).isEqualTo(2);
        assertThat(ending.json().get("reasons").toString()).contains("refused");
    }

    @Test
    void theJarCarriesItsBenchmarks() throws Exception {
        Bench.Ending ending = Bench.run("jmh", "-l");

        assertThat(ending.out())
                .contains(
                        "presence.board.CursorReceive.decodeAndWrite",
                        "presence.board.CursorTick.moveAndEncode",
                        "presence.board.BoardTick.tick",
                        "presence.cluster.envelope.CursorEnvelope.encode",
                        "presence.roster.RosterApply.joinAndLeave");
    }
}
