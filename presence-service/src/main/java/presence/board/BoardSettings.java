package presence.board;

import presence.wire.WireLimits;

/**
 * How boards behave. Times in milliseconds.
 *
 * @param tickMs time between two cursor frames of a board, while there is time to spare
 * @param slowestTickMs the same, when there is none
 * @param rosterTickMs shortest time between two changes of a board's roster
 * @param lingerMs how long a board without local members keeps following the others
 * @param slotRestMs how long a freed slot or board ref rests
 * @param graceMs how long a member whose connection was lost is kept; 0 = not at all
 * @param maxMembers members of a board, local observers included
 * @param maxBoards of this node, those that linger included
 * @param perUser where users are known for sure
 * @param changeBytes bytes of changes that a board shows its clients per roster tick; more wait for the next
 * @param signalBytesPerSecond bytes of local members' signals that a board passes on per second; 0 = no limit
 */
public record BoardSettings(
        long tickMs,
        long slowestTickMs,
        long rosterTickMs,
        long lingerMs,
        long slotRestMs,
        long graceMs,
        int maxMembers,
        int maxBoards,
        PerUser perUser,
        int changeBytes,
        int signalBytesPerSecond,
        WireLimits limits) {
    /**
     * Bounds for one user; 0 = no limit.
     *
     * @param boardMembers members of a board on all nodes, local observers included
     * @param nodeMembers members on this node, over all boards
     */
    public record PerUser(int boardMembers, int nodeMembers) {}
}
