package presence.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SwarmReportTest {
    private static SwarmReport report(
            int failed, long rosterErrors, Map<Long, SwarmReport.Server> servers, Double cost) {
        return report(failed, rosterErrors, servers, cost, null);
    }

    private static SwarmReport report(
            int failed, long rosterErrors, Map<Long, SwarmReport.Server> servers, Double cost, CrowdReport crowd) {
        Map<String, Integer> reasons = failed == 0 ? Map.of() : Map.of("closed with 1013", failed);
        return new SwarmReport(
                200 - failed,
                failed,
                reasons,
                1_500,
                cost == null ? null : 4_000.0,
                10,
                40_000,
                360_000,
                350_000,
                1_200,
                3,
                7,
                rosterErrors,
                15.25,
                33.5,
                34.5,
                40,
                10.46,
                9,
                0.125,
                servers,
                cost,
                crowd);
    }

    private static SwarmReport crowded(long failures, long countErrors, long watchErrors) {
        List<String> first = failures == 0 ? List.of() : List.of("client 3: user 5 was never at 1, 2");
        CrowdReport crowd = new CrowdReport(
                9, 0.25, 0.125, 101, 0.25, 9.75, 60, 120.5, 0, 0, failures, first, countErrors, watchErrors);
        return report(0, 0, Map.of(), null, crowd);
    }

    @Test
    void tellsOfWindowsAndObserversWhereThereAreAny() {
        assertThat(crowded(1, 0, 2).table().lines())
                .contains(
                        "received by a client       0.250 Mbit/s a member, 0.125 an observer",
                        "members in a window        101; 25.0 % of the positions from outside",
                        "observers                  9.8 frames a second; age p50 60.0  p99 120.5 ms",
                        "unlike what it should be   1 frames, 0 counts, 2 watched",
                        "                           client 3: user 5 was never at 1, 2");
    }

    @Test
    void hasFlawsWhereAClientGotSomethingElseThanItShows() {
        assertThat(crowded(0, 0, 0).isFlawless()).isTrue();
        assertThat(crowded(1, 0, 0).isFlawless()).isFalse();
        assertThat(crowded(0, 1, 0).isFlawless()).isFalse();
        assertThat(crowded(0, 0, 1).isFlawless()).isFalse();
        assertThat(crowded(1, 2, 3).flaws())
                .contains(
                        "1 differences from the cropped stream with --seed 9 [client 3: user 5 was never at 1, 2]",
                        "2 clients with wrong counts",
                        "3 watched boards with wrong counts");
    }

    @Test
    void tellsEverythingInATable() {
        SwarmReport report = report(2, 5, Map.of(17L, new SwarmReport.Server(0.0815, 123_456)), 1.5678);

        assertThat(report.table().lines())
                .containsExactly(
                        "connections                198, 2 failed {closed with 1013=2}",
                        "joins per second           1,500 (4,000 per CPU second of the servers)",
                        "roster errors at the end   5",
                        "came and went              7",
                        "positions sent             40,000 in 10.0 s",
                        "positions delivered        360,000 (36,000/s)",
                        "of those checked           350,000; superseded 1,200, lost 3",
                        "age at the receiver, ms    p50 15.3  p99 33.5  p99.9 34.5  max 40.0",
                        "bytes per position         10.5 (9.0 positions a frame)",
                        "CPU of the swarm           13 % of a core",
                        "server 17                  8.2 % of a core, 123,456 KiB RSS",
                        "server CPU per position    1.568 us");
    }

    @Test
    void leavesOutWhatWasNotMeasured() {
        String table = report(0, 0, Map.of(), null).table();

        assertThat(table).doesNotContain("server", "per CPU second", "NaN");
    }

    @Test
    void isTheSameAfterAWayThroughJson() {
        SwarmReport report = report(0, 0, Map.of(17L, new SwarmReport.Server(0.08, 123_456)), 1.5);

        String json = new Gson().toJson(report);

        assertThat(new Gson().fromJson(json, SwarmReport.class)).isEqualTo(report);
        JsonObject object = new Gson().fromJson(json, JsonObject.class);
        assertThat(object.get("lost").getAsLong()).isEqualTo(3);
        assertThat(object.get("ageP99Ms").getAsDouble()).isEqualTo(33.5);
        assertThat(object.getAsJsonObject("servers")
                        .getAsJsonObject("17")
                        .get("rssKib")
                        .getAsLong())
                .isEqualTo(123_456);
    }

    @Test
    void hasFlawsWhereAConnectionFailedOrARosterWasWrong() {
        assertThat(report(0, 0, Map.of(), null).isFlawless()).isTrue();
        assertThat(report(1, 0, Map.of(), null).isFlawless()).isFalse();
        assertThat(report(0, 1, Map.of(), null).isFlawless()).isFalse();
        assertThat(report(1, 2, Map.of(), null).flaws())
                .isEqualTo("1 failed {closed with 1013=1}, 2 roster errors, 3 positions lost");
    }
}
