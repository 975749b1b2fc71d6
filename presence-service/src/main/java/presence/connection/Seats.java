package presence.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.board.Seat;
import presence.model.BoardId;

/** The boards that a connection is on, in the order they were joined: the first is meant by board ref 0. */
final class Seats {
    private final List<Seat> seats = new ArrayList<>(1);
    private int first;

    void add(Seat seat) {
        seats.add(seat);
    }

    /** False if it was not there. */
    boolean remove(Seat seat) {
        return seats.remove(seat);
    }

    @Nullable Seat withRef(int boardRef) {
        for (Seat seat : seats) {
            if (boardRef == 0 || seat.boardRef() == boardRef) {
                return seat;
            }
        }
        return null;
    }

    @Nullable Seat on(BoardId board) {
        for (Seat seat : seats) {
            if (seat.board().id().equals(board)) {
                return seat;
            }
        }
        return null;
    }

    int size() {
        return seats.size();
    }

    /** Does it to each, and next time begins with another: what the first takes may leave nothing to those behind. */
    void inTurns(Consumer<Seat> action) {
        int size = seats.size();
        first = size == 0 ? 0 : (first + 1) % size;
        for (int i = 0; i < size; i++) {
            action.accept(seats.get((first + i) % size));
        }
    }

    /** Does it to each, and has none any more. */
    void giveUp(Consumer<Seat> farewell) {
        seats.forEach(farewell);
        seats.clear();
    }

    List<Seat> copy() {
        return List.copyOf(seats);
    }
}
