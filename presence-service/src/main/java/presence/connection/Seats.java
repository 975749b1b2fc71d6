package presence.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** Puts a seat in the place of the one of the other kind that it replaces. */
    void replace(Seat former, Seat seat) {
        seats.set(seats.indexOf(former), seat);
    }

    /** Removes a seat and calls the action for it, and for the one that it was about to replace. */
    void giveUp(Seat seat, Consumer<Seat> action) {
        seats.remove(seat);
        Seat former = seat.fallback();
        seat.endExchange();
        action.accept(seat);
        if (former != null) {
            action.accept(former);
        }
    }

    /**
     * Removes a seat that its board has refused or ended. A client whose seat was refused is back on the one that it was
     * to replace.
     *
     * @return the seat that was held for this client in its place and is to be given up; the seat itself where there is
     *     none; null if it was not held
     */
    @Nullable Seat end(Seat seat) {
        for (int i = 0; i < seats.size(); i++) {
            Seat held = seats.get(i);
            Seat former = held.fallback();
            if (held == seat && former != null) {
                seats.set(i, former);
                seat.endExchange();
                return seat;
            } else if (held == seat) {
                seats.remove(i);
                return seat;
            } else if (former == seat) {
                return held;
            }
        }
        return null;
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
        while (!seats.isEmpty()) {
            giveUp(seats.get(0), action);
        }
    }

    /** Returns all that are held, those about to be replaced included. */
    List<Seat> copy() {
        List<Seat> all = new ArrayList<>(seats);
        seats.stream().map(Seat::fallback).filter(Objects::nonNull).forEach(all::add);
        return all;
    }
}
