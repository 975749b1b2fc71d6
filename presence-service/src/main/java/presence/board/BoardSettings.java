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
 */
public record BoardSettings(
        long tickMs,
        long slowestTickMs,
        long rosterTickMs,
        long lingerMs,
        long slotRestMs,
        long graceMs,
        int maxMembers,
        WireLimits limits) {}
