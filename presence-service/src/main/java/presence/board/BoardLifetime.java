package presence.board;

/**
 * Counts the members and observers that hold a board; it is dropped some time after the last one is gone. Board loop
 * only.
 */
interface BoardLifetime {
    /** Adds a holder: a member without a seat of its own. */
    void hold();

    /** Removes a holder: a member or an observer. */
    void release();
}
