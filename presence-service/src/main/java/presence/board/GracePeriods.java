package presence.board;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import presence.model.MemberId;

/**
 * Members whose connection was lost, in the order their grace periods end. All grace periods are equally long, so one
 * timer serves a board, and none runs while no member is disconnected. Board loop only.
 */
final class GracePeriods {
    private final BoardLoop shared;
    private final long graceMs;
    private final Consumer<MemberId> onOver;
    private final Map<MemberId, Long> deadlines = new LinkedHashMap<>(0);
    private boolean scheduled;

    GracePeriods(BoardLoop shared, long graceMs, Consumer<MemberId> onOver) {
        this.shared = shared;
        this.graceMs = graceMs;
        this.onOver = onOver;
    }

    void begin(MemberId id) {
        deadlines.remove(id);
        deadlines.put(id, shared.clock.getAsLong() + graceMs);
        schedule();
    }

    void end(MemberId id) {
        deadlines.remove(id);
    }

    boolean contains(MemberId id) {
        return deadlines.containsKey(id);
    }

    private void schedule() {
        if (!scheduled && !deadlines.isEmpty()) {
            scheduled = true;
            long first = deadlines.values().iterator().next();
            shared.loop.schedule(this::expire, first - shared.clock.getAsLong(), TimeUnit.MILLISECONDS);
        }
    }

    private void expire() {
        scheduled = false;
        long now = shared.clock.getAsLong();
        while (!deadlines.isEmpty()) {
            Map.Entry<MemberId, Long> first = deadlines.entrySet().iterator().next();
            if (first.getValue() > now) {
                break;
            }
            deadlines.remove(first.getKey());
            onOver.accept(first.getKey());
        }
        schedule();
    }
}
