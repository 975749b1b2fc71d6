package presence.board;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import presence.model.MemberId;
import presence.wire.MemberView;

/**
 * A roster on its way to one connection, in parts where it does not fit one frame; the next part goes
 * when the reader has taken the last. Members are read when their part is encoded, so nothing is told
 * too late; a change meanwhile is told as far as the reader knows its subject. Board loop only.
 */
final class PacedRoster implements Iterator<MemberView> {
    private final Occupants occupants;
    private final List<MemberId> ids;
    private int next;
    private boolean pacing;
    private Set<MemberId> told = Set.of();

    PacedRoster(Occupants occupants) {
        this.occupants = occupants;
        this.ids = occupants.ids();
    }

    /** The first part did not hold all: from here on it matters who is known. */
    void pace() {
        pacing = true;
        told = new HashSet<>(ids.subList(0, next));
    }

    boolean knows(MemberId id) {
        return told.contains(id);
    }

    void told(MemberId id) {
        told.add(id);
    }

    /** The member left; returns whether the reader knew it. */
    boolean forget(MemberId id) {
        return told.remove(id);
    }

    @Override
    public boolean hasNext() {
        while (next < ids.size() && (told.contains(ids.get(next)) || occupants.get(ids.get(next)) == null)) {
            next++;
        }
        return next < ids.size();
    }

    @Override
    public MemberView next() {
        Occupant occupant = hasNext() ? occupants.get(ids.get(next)) : null;
        if (occupant == null) {
            throw new NoSuchElementException();
        }
        if (pacing) {
            told.add(ids.get(next));
        }
        next++;
        return occupant.view();
    }
}
