package presence.agent;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.model.Position;

/** Moves one agent along a path, one step at a time. Its event loop only. */
final class AgentWalk {
    private final EventLoop loop;
    private final long stepMs;
    private final LongSupplier clock;
    private final Consumer<Position> move;

    private @Nullable AgentPath path;
    private long beganMs;

    /**
     * @param stepMs time between two positions
     * @param clock monotonic milliseconds
     */
    AgentWalk(EventLoop loop, long stepMs, LongSupplier clock, Consumer<Position> move) {
        this.loop = loop;
        this.stepMs = stepMs;
        this.clock = clock;
        this.move = move;
    }

    /** Follows a path from now on; it replaces the path before. */
    void follow(AgentPath next) {
        boolean isMoving = path != null;
        path = next;
        beganMs = clock.getAsLong();
        if (!isMoving) {
            step();
        }
    }

    /** Ends the path at the present position. */
    void stop() {
        path = null;
    }

    private void step() {
        AgentPath now = path;
        if (now == null) {
            return;
        }
        long passed = clock.getAsLong() - beganMs;
        move.accept(now.at(passed));
        if (passed >= now.lastMs()) {
            path = null;
        } else {
            loop.schedule(this::step, stepMs, TimeUnit.MILLISECONDS);
        }
    }
}
