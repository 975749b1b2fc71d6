package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.model.CursorColumns;
import presence.wire.WireEncoder;

/**
 * Shared by all boards of one event loop: the loop, its clock, its encoder, its random source, and reusable columns.
 */
final class BoardLoop {
    private static final int KEY_BYTES = 16;

    final EventLoop loop;
    /** Monotonic milliseconds. */
    final LongSupplier clock;

    final WireEncoder encoder;
    private final Random random;
    private final Map<EventLoop, LoopLoad> loads;
    final TickPolicy tickPolicy;
    final ClientMemory memory;
    final LoopLoad load;
    final CursorColumns moved = new CursorColumns();
    final CursorColumns movedLocally = new CursorColumns();

    /**
     * @param loads of all event loops that carry connections
     * @param random source of resume keys, which must not be predictable
     */
    BoardLoop(
            EventLoop loop,
            LongSupplier clock,
            ByteBufAllocator allocator,
            TickPolicy tickPolicy,
            Map<EventLoop, LoopLoad> loads,
            ClientMemory memory,
            Random random) {
        this.loop = loop;
        this.tickPolicy = tickPolicy;
        this.loads = loads;
        this.memory = memory;
        this.random = random;
        this.load = loadOf(loop);
        this.clock = clock;
        this.encoder = new WireEncoder(allocator);
    }

    /** Returns the load of a loop; a loop that this node does not measure counts as idle. */
    LoopLoad loadOf(EventLoop any) {
        return loads.computeIfAbsent(any, key -> new LoopLoad(tickPolicy));
    }

    /** Encodes a cursor frame; returns null, and notes that memory is short, if it cannot be allocated. */
    @Nullable ByteBuf cursors(int boardRef, CursorColumns positions) {
        try {
            return encoder.cursors(boardRef, positions);
        } catch (OutOfMemoryError e) {
            memory.allocationFailed(e);
            return null;
        }
    }

    byte[] newResumeKey() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
