package presence.bench.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import presence.bench.process.CannotMeasureException;

/**
 * What a swarm measured.
 *
 * @param joinsPerSecond while the users connected
 * @param seconds measured, without connecting and warm-up
 * @param delivered others' positions received
 * @param bytesPerPosition WebSocket header included
 * @param rosterErrors ghosts and missing over all connections at the end
 * @param swarmCpu share of a core the swarm itself used
 * @param servers usage of the measured processes, by pid; empty without {@code --pid}
 * @param crowd null without observers, watchers and windows
 */
public record SwarmReport(
        int connections,
        int failed,
        Map<String, Integer> reasons,
        double joinsPerSecond,
        @Nullable Double joinsPerServerCpuSecond,
        double seconds,
        long sent,
        long delivered,
        long checked,
        long superseded,
        long lost,
        long rejoins,
        long rosterErrors,
        double ageP50Ms,
        double ageP99Ms,
        double ageP999Ms,
        double ageMaxMs,
        double bytesPerPosition,
        double positionsPerFrame,
        double swarmCpu,
        Map<Long, Server> servers,
        @Nullable Double serverMicrosPerPosition,
        @Nullable CrowdReport crowd) {

    /** @param cpu share of a core */
    record Server(double cpu, long rssKib) {}

    public static double ageMs(Histogram ages, double percentile) {
        return ages.getTotalCount() == 0 ? 0 : ages.getValueAtPercentile(percentile) / 1_000.0;
    }

    boolean isFlawless() {
        return failed == 0 && rosterErrors == 0 && (crowd == null || crowd.isFlawless());
    }

    /** Returns the reasons to doubt the figures, in words; empty if none. */
    public String flaws() {
        List<String> flaws = new ArrayList<>();
        if (failed > 0) {
            flaws.add(failed + " failed " + reasons);
        }
        if (rosterErrors > 0) {
            flaws.add(rosterErrors + " roster errors");
        }
        if (lost > 0) {
            flaws.add(lost + " positions lost");
        }
        if (crowd != null) {
            crowd.addFlaws(flaws);
        }
        return String.join(", ", flaws);
    }

    /** Returns the CPU microseconds of the servers per delivered position. */
    public double costMicros() {
        if (serverMicrosPerPosition == null) {
            throw new CannotMeasureException("nothing was delivered");
        }
        return serverMicrosPerPosition;
    }

    /** Returns what was measured of observers, watchers and windows. */
    public CrowdReport requireCrowd() {
        if (crowd == null) {
            throw new CannotMeasureException("the swarm has no observers, watchers or windows");
        }
        return crowd;
    }

    /** Returns what each connection received of cursor frames. */
    public double mbitPerConnection() {
        return bytesPerPosition * delivered * 8 / 1e6 / seconds / Math.max(1, connections);
    }

    /** Returns the share of a core that the servers used together. */
    public double serverCpu() {
        return servers.values().stream().mapToDouble(Server::cpu).sum();
    }

    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(line("connections", "%d, %d failed %s", connections, failed, failed == 0 ? "" : reasons));
        lines.add(line("joins per second", "%,.0f%s", joinsPerSecond, perCpu()));
        lines.add(line("roster errors at the end", "%d", rosterErrors));
        if (rejoins > 0) {
            lines.add(line("came and went", "%,d", rejoins));
        }
        lines.add(line("positions sent", "%,d in %.1f s", sent, seconds));
        lines.add(line("positions delivered", "%,d (%,.0f/s)", delivered, delivered / Math.max(0.001, seconds)));
        lines.add(line("of those checked", "%,d; superseded %,d, lost %,d", checked, superseded, lost));
        lines.add(line(
                "age at the receiver, ms",
                "p50 %.1f  p99 %.1f  p99.9 %.1f  max %.1f",
                ageP50Ms,
                ageP99Ms,
                ageP999Ms,
                ageMaxMs));
        lines.add(line("bytes per position", "%.1f (%.1f positions a frame)", bytesPerPosition, positionsPerFrame));
        if (crowd != null) {
            crowd.addTo(lines);
        }
        lines.add(line("CPU of the swarm", "%.0f %% of a core", swarmCpu * 100));
        servers.forEach((pid, used) ->
                lines.add(line("server " + pid, "%.1f %% of a core, %,d KiB RSS", used.cpu * 100, used.rssKib)));
        if (serverMicrosPerPosition != null) {
            lines.add(line("server CPU per position", "%.3f us", serverMicrosPerPosition));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private String perCpu() {
        return joinsPerServerCpuSecond == null
                ? ""
                : String.format(Locale.ROOT, " (%,.0f per CPU second of the servers)", joinsPerServerCpuSecond);
    }

    private static String line(String name, String format, Object... values) {
        return String.format(Locale.ROOT, "%-26s ", name) + String.format(Locale.ROOT, format, values);
    }
}
