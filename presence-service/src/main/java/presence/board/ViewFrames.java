package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The cursor frames of one tick, by view. Filled on the board's loop, then read on those of the clients; the last of them
 * that releases it releases the frames.
 */
final class ViewFrames {
    private static final long NONE = Long.MAX_VALUE;

    private final @Nullable ByteBuf[] frames;
    /** The oldest tick in a frame; the same for one that could not be allocated. */
    private final long[] since;

    private final AtomicInteger users = new AtomicInteger(1);

    /** @param ids a number above all ids of views */
    ViewFrames(int ids) {
        frames = new ByteBuf[ids];
        since = new long[ids];
        Arrays.fill(since, NONE);
    }

    /** Adds a view's frame, or that it could not be allocated. Takes the buffer over. */
    void set(int viewId, @Nullable ByteBuf frame, long firstTick) {
        frames[viewId] = frame;
        since[viewId] = firstTick;
    }

    /** Returns the view's frame, which stays this object's; null without one. */
    @Nullable ByteBuf of(int viewId) {
        return frames[viewId];
    }

    boolean couldNotBeMade(int viewId) {
        return frames[viewId] == null && since[viewId] != NONE;
    }

    long since(int viewId) {
        return since[viewId];
    }

    ViewFrames retain() {
        users.incrementAndGet();
        return this;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            for (ByteBuf frame : frames) {
                ReferenceCountUtil.release(frame);
            }
        }
    }
}
