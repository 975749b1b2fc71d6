package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Some of a board's seats, by the event loop of their clients. Board loop only. */
final class SeatsByLoop {
    private final Map<EventLoop, Set<Seat>> seats = new HashMap<>(0);

    void add(Seat seat) {
        seats.computeIfAbsent(seat.client.eventLoop(), key -> new HashSet<>()).add(seat);
    }

    void remove(Seat seat) {
        Set<Seat> ofLoop = seats.get(seat.client.eventLoop());
        if (ofLoop != null && ofLoop.remove(seat) && ofLoop.isEmpty()) {
            seats.remove(seat.client.eventLoop());
        }
    }

    boolean isEmpty() {
        return seats.isEmpty();
    }

    /** Sends each a duplicate of the frame. Takes the buffer over. */
    void send(Fanout fanout, ByteBuf frame, BiConsumer<BoardClient, ByteBuf> write) {
        seats.forEach((loop, ofLoop) -> {
            List<Seat> readers = new ArrayList<>(ofLoop);
            frame.retain();
            fanout.run(loop, () -> {
                for (Seat seat : readers) {
                    write.accept(seat.client, frame.retainedDuplicate());
                    seat.client.flush();
                }
                frame.release();
            });
        });
        frame.release();
    }
}
