package presence.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to one client and decides when it is too slow, by the policy in this package's description. The channel's
 * event loop only, except {@link #isClear()}.
 */
final class OutboundQueue {
    /** Time within which a reader beyond its bound must take some bytes. */
    private static final long PATIENCE_MS = 1_000;

    private static final long CHECK_MS = 1_000;

    /** A queue has at least three packets: as many flushes, or bytes that small packets cannot hold in two. */
    private static final int MANY_FLUSHES = 3;

    private static final int MANY_BYTES = 1_024;

    /** Beyond this many times the bound it is too slow at once. */
    private static final int HARD_BOUNDS = 16;

    private final ChannelHandlerContext context;
    private final int bound;
    private final long slowReaderMs;
    private final BufferQuota quota;
    private final LongSupplier clock;
    private final Runnable onClear;
    /** Null if the transport has no {@code TCP_INFO}. */
    private final LinkPacer.@Nullable Link link;

    /** The round trip at the start, before anything queued on the link. */
    private final long firstRttMicros;

    /** Null until the reader is behind, or its link shows a queue. */
    private @Nullable LinkPacer pacer;

    private volatile boolean clear = true;
    /** When the kernel last took waiting bytes; valid only while not clear. */
    private long waitingSinceMs;

    /** Bytes queued so far, and how many of them were taken at the last check. */
    private long queued;

    private long taken;

    private long behindSinceMs;
    private boolean asking;
    /** Flushes, and bytes queued before them, since the link was checked last. */
    private int flushes;

    private long queuedAtCheck;
    private long checkedMs;

    /**
     * @param link to the client; null if the transport has no {@code TCP_INFO}
     * @param bound bytes that may wait to be read
     * @param slowReaderMs how long flushed bytes may wait
     * @param clock monotonic milliseconds
     * @param onClear the reader can take cursors, or the next part of a roster, again
     */
    OutboundQueue(
            ChannelHandlerContext context,
            LinkPacer.@Nullable Link link,
            int bound,
            long slowReaderMs,
            BufferQuota quota,
            LongSupplier clock,
            Runnable onClear) {
        this.context = context;
        this.bound = bound;
        this.slowReaderMs = slowReaderMs;
        this.quota = quota;
        this.clock = clock;
        this.onClear = onClear;
        this.link = link;
        this.firstRttMicros = link != null && link.read() ? link.rttMicros() : 0;
    }

    /** Takes the frame over and queues it; false, and the frame is released, if the reader is too slow for it. */
    boolean write(ByteBuf frame) {
        if (!context.channel().isWritable()) {
            flush();
            if (!clear && isTooMuch(waitingBytes() + frame.readableBytes())) {
                frame.release();
                return false;
            }
        }
        queued += frame.readableBytes();
        context.write(frame, context.voidPromise());
        return true;
    }

    private boolean isTooMuch(long waiting) {
        noteProgress(clock.getAsLong());
        boolean patient = clock.getAsLong() - waitingSinceMs < PATIENCE_MS;
        return waiting > (long) HARD_BOUNDS * bound || !patient && (waiting > bound || quota.isNodeFull());
    }

    /** Takes the frame over and queues it; false, and the frame is released, if the reader is behind. */
    boolean offer(ByteBuf frame) {
        if (!context.channel().isWritable()) {
            flush();
            if (!clear && (waitingBytes() + frame.readableBytes() > bound / 4 || quota.isNodeFull())) {
                frame.release();
                return false;
            }
        }
        queued += frame.readableBytes();
        context.write(frame, context.voidPromise());
        return true;
    }

    void flush() {
        flushes++;
        context.flush();
        long waiting = waitingBytes();
        if (waiting > 0 && clear) {
            clear = false;
            waitingSinceMs = clock.getAsLong();
            behindSinceMs = waitingSinceMs;
            taken = queued - waiting;
            markEnd();
        }
        if (waiting > 0 || !clear) {
            quota.holdUnread(waiting);
        }
    }

    /** Queues an empty buffer, whose promise completes when all bytes before it are taken. */
    private void markEnd() {
        ChannelPromise taken = context.newPromise();
        // As a task of its own: the channel still counts the buffer when it completes the promise.
        taken.addListener(done -> context.executor().execute(this::onTaken));
        context.writeAndFlush(Unpooled.EMPTY_BUFFER, taken);
    }

    private void onTaken() {
        if (!context.channel().isActive()) {
            return;
        }
        context.flush();
        long waiting = waitingBytes();
        quota.holdUnread(waiting);
        long now = clock.getAsLong();
        if (waiting > 0) {
            noteProgress(now);
            markEnd();
            return;
        }
        clear = true;
        LinkPacer linkPacer = pacer();
        if (linkPacer != null) {
            linkPacer.refused(now, now - behindSinceMs);
        }
        onClear.run();
    }

    private @Nullable LinkPacer pacer() {
        if (pacer == null && link != null) {
            pacer = new LinkPacer(link, firstRttMicros);
        }
        return pacer;
    }

    /** Whether enough was written since the last check for a queue of packets: an idle reader's link is not asked. */
    private boolean mayHaveQueue() {
        return flushes >= MANY_FLUSHES || queued - queuedAtCheck >= MANY_BYTES;
    }

    /** Whether the connection's next sweep must look at this queue. */
    boolean needsCheck() {
        return !clear || link != null && mayHaveQueue();
    }

    /** Checks at most once a second whether the link of a reader that receives frames has a queue. */
    void checkLink(long nowMs) {
        if (link == null || !mayHaveQueue() || nowMs - checkedMs < CHECK_MS) {
            return;
        }
        flushes = 0;
        queuedAtCheck = queued;
        checkedMs = nowMs;
        boolean queue = pacer != null
                || link.read() && LinkPacer.isQueue(link.unackedPackets(), link.rttMicros(), firstRttMicros);
        LinkPacer linkPacer = queue ? pacer() : null;
        if (linkPacer != null) {
            linkPacer.check(nowMs);
        }
    }

    /** Whether the kernel has taken all that was flushed. Any thread. */
    boolean isClear() {
        return clear;
    }

    /** Whether a cursor frame written now would not wait. */
    boolean takesCursors() {
        if (!clear) {
            return false;
        }
        if (pacer == null || !pacer.isPacing() || pacer.mayWrite(clock.getAsLong())) {
            return true;
        }
        askLater(pacer.retryMs());
        return false;
    }

    /** Checks again later: there is no event when packets are acknowledged. */
    private void askLater(int waitMs) {
        if (!asking) {
            asking = true;
            context.executor()
                    .schedule(
                            () -> {
                                asking = false;
                                if (clear && context.channel().isActive()) {
                                    onClear.run();
                                }
                            },
                            waitMs,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** How long a frame written now waits on a slow link, in milliseconds. */
    int waitMs() {
        return pacer == null ? 0 : pacer.waitMs();
    }

    /** Whether the reader has not taken flushed bytes for too long, or for a second while memory is short. */
    boolean isTooSlow(long nowMs) {
        if (clear) {
            return false;
        }
        noteProgress(nowMs);
        long waited = nowMs - waitingSinceMs;
        return waited > slowReaderMs || waited > PATIENCE_MS && quota.isNodeFull();
    }

    /** Restarts the time when the reader has taken some bytes: it is slow, but not too slow. */
    private void noteProgress(long nowMs) {
        // The channel counts something for each buffer besides its bytes: new ones lower this number, taken ones raise
        // it.
        long takenNow = queued - waitingBytes();
        if (takenNow > taken) {
            waitingSinceMs = nowMs;
        }
        taken = takenNow;
    }

    /** False while so many bytes wait, flushed or not, that responses should be flushed at once. */
    boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Queues the frame regardless of the bound, and flushes. */
    void writeLast(ByteBuf frame) {
        context.writeAndFlush(frame, context.voidPromise());
    }

    private long waitingBytes() {
        Channel channel = context.channel();
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }
}
