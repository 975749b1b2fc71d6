/**
 * The event log in Redis: a stream, and the members that it has as present. {@link
 * presence.cluster.events.EventWriter} sends a node's numbered changes, the script {@code events.lua} applies each once.
 */
@NullMarked
package presence.cluster.events;

import org.jspecify.annotations.NullMarked;
