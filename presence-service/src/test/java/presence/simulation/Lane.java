package presence.simulation;

import java.util.ArrayList;
import java.util.List;

/** Tasks of a process that run in order. */
final class Lane {
    private final SimProcess process;
    private final List<Runnable> held = new ArrayList<>(0);
    private long notBeforeUs;

    Lane(SimProcess process) {
        this.process = process;
    }

    boolean isDead() {
        return process.isDead();
    }

    boolean isFrozen() {
        return process.isFrozen();
    }

    long notBeforeUs() {
        return notBeforeUs;
    }

    void hold(Runnable task) {
        held.add(task);
    }

    /** Schedules what was held; nothing else of this lane runs before it. */
    void release(VirtualTime time, long atUs) {
        if (!held.isEmpty()) {
            notBeforeUs = atUs;
            List<Runnable> tasks = List.copyOf(held);
            held.clear();
            tasks.forEach(task -> time.at(atUs, this, task));
        }
    }
}
