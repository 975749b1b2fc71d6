package presence.testing;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

/** An allocator that fails after a number of direct buffers, as when direct memory is exhausted. */
public final class FailingAllocator extends AbstractByteBufAllocator {
    private final List<ByteBuf> given = new ArrayList<>();
    private int left;

    public FailingAllocator(int left) {
        super(true);
        this.left = left;
    }

    /** Sets the number of buffers until it fails. */
    public void allow(int buffers) {
        left = buffers;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        if (left <= 0) {
            throw new OutOfMemoryError("Cannot reserve " + initialCapacity + " bytes of direct buffer memory");
        }
        left--;
        ByteBuf buffer = new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity);
        given.add(buffer);
        return buffer;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    public long unreleased() {
        return given.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }
}
