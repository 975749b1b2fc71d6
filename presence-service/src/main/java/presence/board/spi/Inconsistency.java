package presence.board.spi;

/**
 * Something that is not as it should be, unless it is just under way: then it is gone, or is another, a
 * moment later.
 *
 * @param what in words
 * @param where what tells it from other flaws of its kind
 * @param ghosts how many are there that should not be
 * @param missing how many should be there, as they are, and are not
 * @param repair may be called on any thread, at most once
 */
public record Inconsistency(String what, Object where, int ghosts, int missing, Runnable repair) {

    /** Whether the other look found the same. */
    public boolean isSameAs(Inconsistency other) {
        return what.equals(other.what) && where.equals(other.where);
    }

    @Override
    public String toString() {
        return what + " " + where + " ghosts=" + ghosts + " missing=" + missing;
    }
}
