package presence.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** An operating-system process: it runs, is stopped for a while (SIGSTOP), or is dead. */
final class SimProcess {
    private static final int WAKE_UP_US = 20_000;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final List<Lane> lanes = new ArrayList<>();
    private boolean frozen;
    private boolean dead;

    SimProcess(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.random = random;
    }

    /** Creates a queue of the process: a thread, or the reading side of a socket. */
    Lane lane() {
        Lane lane = new Lane(this);
        lanes.add(lane);
        return lane;
    }

    boolean isFrozen() {
        return frozen;
    }

    boolean isDead() {
        return dead;
    }

    void kill() {
        dead = true;
    }

    void freeze() {
        frozen = true;
    }

    /** Continues. What waited runs soon: in order within a thread or socket, in any order between them. */
    void thaw() {
        if (frozen) {
            frozen = false;
            for (Lane lane : lanes) {
                lane.release(time, time.nowUs() + random.nextInt(WAKE_UP_US));
            }
        }
    }
}
