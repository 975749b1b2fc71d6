/**
 * The members of a board, as pure values: no Netty, no Redis, no clock. Every owner writes its own segment; a
 * {@link presence.roster.Roster} is all segments side by side and the one view that follows from them.
 */
@NullMarked
package presence.roster;

import org.jspecify.annotations.NullMarked;
