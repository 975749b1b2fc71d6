package presence.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/** The way out to one client, which never drops and has a bound. The channel's event loop only. */
final class Lane {
    private final ChannelHandlerContext context;
    private final int bound;
    private final BufferShare share;

    /**
     * @param bound bytes that may wait to be read
     * @param share of what may wait for all
     */
    Lane(ChannelHandlerContext context, int bound, BufferShare share) {
        this.context = context;
        this.bound = bound;
        this.share = share;
    }

    /** Takes the frame over and queues it; false, and the frame is gone, if more would wait than may. */
    boolean write(ByteBuf frame) {
        Channel channel = context.channel();
        if (!channel.isWritable()) {
            long waiting = waitingBytes(channel) + frame.readableBytes();
            if (waiting > bound || !share.holdUnread((int) waiting)) {
                frame.release();
                return false;
            }
        }
        context.write(frame, context.voidPromise());
        return true;
    }

    private static long waitingBytes(Channel channel) {
        return channel.bytesBeforeWritable()
                + channel.config().getWriteBufferWaterMark().low();
    }

    /** The reader has caught up, or nearly. */
    void onWritable() {
        share.holdUnread(0);
    }

    void flush() {
        context.flush();
    }

    /** False while so much waits that what may be skipped should be. */
    boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Queues it whatever else waits, and sends everything. */
    void writeLast(ByteBuf frame) {
        context.writeAndFlush(frame, context.voidPromise());
    }
}
