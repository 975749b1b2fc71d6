package presence.ops;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code /overview}, which the page at {@code /} shows.
 *
 * @param ready the fields of {@code /health/ready}
 * @param instances this node, then the others that it counts as alive
 * @param histograms since the start of the node
 * @param closed connections that the node closed since its start, by reason
 * @param events since the start of the node, by name
 */
public record Overview(
        Map<String, Object> ready,
        Stats stats,
        List<Instance> instances,
        Boards boards,
        List<Histogram> histograms,
        Map<String, Long> closed,
        Map<String, Long> events,
        Warnings warnings) {

    /**
     * A node as it published itself last.
     *
     * @param silentMs since its last sign of life; 0 for this node
     */
    public record Instance(String node, String label, int connections, int members, long silentMs) {}

    /**
     * @param count of this node
     * @param largest of them; null where {@code PRESENCE_OPS_DETAILS} hides names
     */
    public record Boards(int count, @Nullable List<Size> largest) {
        /** @param members of all nodes */
        public record Size(String board, int members) {}
    }

    /**
     * @param total warnings and errors since the start of the process
     * @param latest different ones, the last first; null where {@code PRESENCE_OPS_DETAILS} hides texts
     */
    public record Warnings(long total, @Nullable List<RecentWarnings.Warning> latest) {}

    /**
     * Durations.
     *
     * @param name of the metric, without its unit
     * @param buckets the shortest first; each also counts the durations of those before it. Longer durations than that of
     *     the last one are in {@code count} only
     */
    public record Histogram(String name, String meaning, long count, double sumMs, List<Bucket> buckets) {
        /** @param leMs the longest duration that it counts */
        public record Bucket(double leMs, long count) {}

        public static Histogram of(Timer timer) {
            HistogramSnapshot snapshot = timer.takeSnapshot();
            String meaning = timer.getId().getDescription();
            return new Histogram(
                    timer.getId().getName().replace('.', '_'),
                    meaning == null ? "" : meaning,
                    snapshot.count(),
                    snapshot.total(TimeUnit.MILLISECONDS),
                    Stream.of(snapshot.histogramCounts())
                            .filter(bucket -> Double.isFinite(bucket.bucket()))
                            .map(Histogram::bucket)
                            .toList());
        }

        private static Bucket bucket(CountAtBucket bucket) {
            return new Bucket(bucket.bucket(TimeUnit.MILLISECONDS), (long) bucket.count());
        }
    }
}
