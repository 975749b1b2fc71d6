package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.wire.ServerFrameKind;

/**
 * Changes for single readers, made at one moment: readers that are to be told the same share a frame, and each event loop
 * gets one task. Board loop only.
 */
final class Telling {
    private record Delivery(Seat seat, ByteBuf frame) {}

    private final BoardLoop shared;
    private final Fanout fanout;
    private final Map<List<Integer>, List<ByteBuf>> framesByContent = new HashMap<>(0);
    private final Map<EventLoop, List<Delivery>> deliveries = new IdentityHashMap<>(2);

    Telling(BoardLoop shared, Fanout fanout) {
        this.shared = shared;
        this.fanout = fanout;
    }

    /**
     * Adds what a reader is told; it is sent by {@link #send}.
     *
     * @param content equal for equal frames
     * @param encode called once for each content
     * @return false if memory is short: nothing was added
     */
    boolean add(Seat seat, List<Integer> content, Supplier<List<ByteBuf>> encode) {
        @Nullable List<ByteBuf> frames = framesByContent.get(content);
        if (frames == null) {
            try {
                frames = encode.get();
            } catch (OutOfMemoryError e) {
                shared.memory.allocationFailed(e);
                return false;
            }
            framesByContent.put(content, frames);
        }
        List<Delivery> ofLoop = deliveries.computeIfAbsent(seat.client.eventLoop(), loop -> new ArrayList<>());
        frames.forEach(frame -> ofLoop.add(new Delivery(seat, frame.retainedDuplicate())));
        return true;
    }

    void send() {
        deliveries.forEach((loop, ofLoop) -> fanout.run(
                loop,
                () -> ofLoop.forEach(delivery -> {
                    delivery.seat.client.write(ServerFrameKind.CHANGE, delivery.frame);
                    delivery.seat.client.flush();
                })));
        framesByContent.values().forEach(frames -> frames.forEach(ByteBuf::release));
    }
}
