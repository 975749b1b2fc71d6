package presence.board;

import presence.lock.LockLimits;
import presence.wire.WireLimits;

/**
 * How boards behave. Times in milliseconds.
 *
 * @param tickMs time between two cursor frames of a board while its loops have spare CPU time
 * @param slowestTickMs the same while they have none
 * @param observerTickMs shortest time between two cursor frames to the observers of a board that is not slowed; up to
 *     {@code tickMs}, they get the frames of the members
 * @param viewportThreshold positions per tick from which on clients are sent those within their windows, on boards of
 *     twice as many members; 0 = never
 * @param rosterTickMs shortest time between two changes of a board's roster
 * @param lingerMs how long a board without local members stays subscribed
 * @param slotRestMs how long a freed slot or board ref is not reused
 * @param graceMs how long a member whose connection was lost is kept; 0 = not at all
 * @param maxMembers members of a board, local observers included
 * @param maxBoards boards of this node, lingering boards included
 * @param perUser applied where users are authenticated
 * @param changeBytes bytes of changes that a board shows its clients per roster tick; more are deferred to the next
 * @param signalBytesPerSecond bytes of local members' signals that a board relays per second; 0 = no limit
 */
public record BoardSettings(
        long tickMs,
        long slowestTickMs,
        long observerTickMs,
        int viewportThreshold,
        long rosterTickMs,
        long lingerMs,
        long slotRestMs,
        long graceMs,
        int maxMembers,
        int maxBoards,
        PerUser perUser,
        int changeBytes,
        int signalBytesPerSecond,
        WireLimits limits,
        LockLimits locks) {
    /**
     * Bounds for one user; 0 = no limit.
     *
     * @param boardMembers members of a board on all nodes, local observers included
     * @param nodeMembers members on this node, over all boards
     */
    public record PerUser(int boardMembers, int nodeMembers) {}
}
