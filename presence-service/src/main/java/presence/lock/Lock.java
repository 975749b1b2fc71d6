package presence.lock;

import presence.model.MemberId;
import presence.model.Origin;

/**
 * A name that a member holds.
 *
 * @param fencing greater than that of every lock granted before on the board; a renewal keeps it
 * @param owner the node that has the holder, with its incarnation
 * @param ttlMs what the holder asked for last
 * @param leftMs how long it lasts unless it is renewed
 */
public record Lock(String name, MemberId holder, long fencing, Origin owner, long ttlMs, long leftMs) {
    Lock renewedBy(Origin node, long forMs) {
        return new Lock(name, holder, fencing, node, forMs, forMs);
    }

    Lock withLeft(long ms) {
        return new Lock(name, holder, fencing, owner, ttlMs, ms);
    }
}
