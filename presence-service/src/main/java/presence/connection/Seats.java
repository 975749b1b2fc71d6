package presence.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.board.Seat;
import presence.model.BoardId;

/** The boards that a connection is on, in the order of joining; board ref 0 selects the first. */
final class Seats {
    private final List<Seat> seats = new ArrayList<>(1);
    private int first;

    void add(Seat seat) {
        seats.add(seat);
    }

    /** False if it was not held. */
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

    /** Calls the action for each, starting with another each time: the first may use up the available bytes. */
    void inTurns(Consumer<Seat> action) {
        int size = seats.size();
        first = size == 0 ? 0 : (first + 1) % size;
        for (int i = 0; i < size; i++) {
            action.accept(seats.get((first + i) % size));
        }
    }

    /** Removes all and calls the action for each. */
    void giveUp(Consumer<Seat> action) {
        seats.forEach(action);
        seats.clear();
    }

    List<Seat> copy() {
        return List.copyOf(seats);
    }
}
