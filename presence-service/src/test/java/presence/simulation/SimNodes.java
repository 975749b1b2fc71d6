package presence.simulation;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;

/** The nodes of a scenario by number, each with its present boot. */
final class SimNodes {
    /** Metrics without a registry count nothing; making them takes longer than a scenario. */
    private static final List<ServiceMetrics> METRICS = new ArrayList<>();

    private final VirtualTime time;
    private final SimServer server;
    private final SplittableRandom random;
    private final int usualUs;
    private final int lingerMs;
    private final SimNode[] present;
    private final List<SimNode> boots = new ArrayList<>();

    SimNodes(VirtualTime time, SimServer server, SplittableRandom random, int many, int usualUs, int lingerMs) {
        this.time = time;
        this.server = server;
        this.random = random;
        this.usualUs = usualUs;
        this.lingerMs = lingerMs;
        this.present = new SimNode[many];
        for (int i = 0; i < many; i++) {
            boot(i);
        }
    }

    static String name(int number) {
        return String.valueOf((char) ('A' + number));
    }

    int size() {
        return present.length;
    }

    SimNode get(int number) {
        return present[number];
    }

    /** All boots, dead ones included. */
    List<SimNode> boots() {
        return boots;
    }

    List<SimNode> alive() {
        return boots.stream().filter(SimNode::isAlive).toList();
    }

    /** Starts a node unless it runs. */
    void boot(int number) {
        SimNode before = present[number];
        if (before != null && before.isAlive()) {
            return;
        }
        while (METRICS.size() <= boots.size()) {
            CompositeMeterRegistry none = new CompositeMeterRegistry();
            none.config().meterFilter(MeterFilter.deny());
            METRICS.add(new ServiceMetrics(none));
        }
        SimNode node = new SimNode(
                name(number) + (before == null ? "" : "'"),
                time,
                server,
                new NodeLink(time, random.split(), usualUs),
                random.split(),
                lingerMs,
                METRICS.get(boots.size()));
        present[number] = node;
        boots.add(node);
    }

    /** A node that accepts clients; null if there is none. */
    @Nullable SimNode any(SplittableRandom by) {
        List<SimNode> all = alive().stream().filter(SimNode::accepts).toList();
        return all.isEmpty() ? null : all.get(by.nextInt(all.size()));
    }
}
