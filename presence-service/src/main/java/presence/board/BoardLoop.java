package presence.board;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import presence.model.CursorColumns;
import presence.wire.WireEncoder;

/** What all boards of one event loop share: the loop, its clock, its encoder, its randomness, and columns to fill. */
final class BoardLoop {
    private static final int KEY_BYTES = 16;

    final EventLoop loop;
    /** Monotonic milliseconds. */
    final LongSupplier clock;

    final WireEncoder encoder;
    private final SecureRandom random = new SecureRandom();
    final CursorColumns moved = new CursorColumns();
    final CursorColumns movedLocally = new CursorColumns();

    BoardLoop(EventLoop loop, LongSupplier clock, ByteBufAllocator allocator) {
        this.loop = loop;
        this.clock = clock;
        this.encoder = new WireEncoder(allocator);
    }

    byte[] newResumeKey() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
