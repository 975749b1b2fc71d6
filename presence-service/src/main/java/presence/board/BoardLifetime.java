package presence.board;

/** Counts the members and observers that hold a board: it is dropped some time after the last is gone. Board loop only. */
interface BoardLifetime {
    /** A member without a seat of its own holds the board. */
    void hold();

    /** A member or an observer holds the board no longer. */
    void release();
}
