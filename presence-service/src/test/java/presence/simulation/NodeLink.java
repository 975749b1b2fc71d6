package presence.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The network between one node and Redis: how long packets take, and whether they pass at all. */
final class NodeLink {
    /** Number of kinds of connections. */
    static final int KINDS = 3;

    private static final int SPIKE_IN = 20;
    private static final int SPIKE_US = 30_000;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final int usualUs;
    private final List<Runnable> waiting = new ArrayList<>(0);
    private final List<SimConnection> connections = new ArrayList<>();
    /** What packets of a kind of connection take longer, at most. */
    private final long[] extraUs = new long[KINDS];

    private boolean cut;

    /** @param usualUs most of what a packet takes, but for one in {@value #SPIKE_IN} */
    NodeLink(VirtualTime time, SplittableRandom random, int usualUs) {
        this.time = time;
        this.random = random;
        this.usualUs = usualUs;
    }

    VirtualTime time() {
        return time;
    }

    SplittableRandom random() {
        return random;
    }

    boolean isCut() {
        return cut;
    }

    /**
     * Adds to the time of every packet.
     *
     * @param kind of connection; {@value #KINDS} or more for all
     */
    void slowDown(int kind, long us) {
        if (kind < KINDS) {
            extraUs[kind] = us;
        } else {
            Arrays.fill(extraUs, us);
        }
    }

    long delayUs(int kind) {
        int spike = random.nextInt(SPIKE_IN) == 0 ? random.nextInt(SPIKE_US) : 0;
        long extra = extraUs[kind];
        return 50 + random.nextInt(usualUs) + spike + (extra == 0 ? 0 : extra / 3 + random.nextLong(extra));
    }

    void add(SimConnection connection) {
        connections.add(connection);
    }

    void remove(SimConnection connection) {
        connections.remove(connection);
    }

    List<SimConnection> connections() {
        return List.copyOf(connections);
    }

    /** Sends a packet: it passes, or waits in the sender's buffer while the link is cut. */
    void send(Runnable packet) {
        if (cut) {
            waiting.add(packet);
        } else {
            packet.run();
        }
    }

    /** Loses what the subscriber connection would receive, although it stays open. */
    void muteSubscriber() {
        for (SimConnection connection : connections()) {
            Session session = connection.session();
            if (connection instanceof SimSubscriberConnection && session != null) {
                session.isLossy = true;
            }
        }
    }

    /** Lets no packet pass, without telling anybody. */
    void cut() {
        if (!cut) {
            cut = true;
            connections().forEach(SimConnection::onCut);
        }
    }

    /** Lets packets pass again: first those that waited, as TCP repeats them. */
    void heal() {
        if (cut) {
            cut = false;
            List<Runnable> packets = List.copyOf(waiting);
            waiting.clear();
            packets.forEach(Runnable::run);
            connections().forEach(SimConnection::onHealed);
        }
    }
}
