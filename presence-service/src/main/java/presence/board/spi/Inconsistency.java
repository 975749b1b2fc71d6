package presence.board.spi;

/**
 * A difference between two views of the same state. A difference that is only a change in progress has disappeared, or
 * become another one, a moment later.
 *
 * @param what in words
 * @param where distinguishes it from other inconsistencies of its kind
 * @param ghosts how many entries exist that should not
 * @param missing how many entries should exist, with the right content, and do not
 * @param repair may be called on any thread, at most once
 */
public record Inconsistency(String what, Object where, int ghosts, int missing, Runnable repair) {

    /** Returns whether another inspection found the same. */
    public boolean isSameAs(Inconsistency other) {
        return what.equals(other.what) && where.equals(other.where);
    }

    @Override
    public String toString() {
        return what + " " + where + " ghosts=" + ghosts + " missing=" + missing;
    }
}
