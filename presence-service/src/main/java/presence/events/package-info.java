/**
 * The event log: what happened on boards, for applications' backends. {@link presence.events.RecordingBus} sees what a
 * node's boards publish and turns it into {@link presence.events.Change}s of an {@link presence.events.EventStore},
 * which knows the members that the log has as present and appends an event only for what is new to it. So an event is
 * written once, however often a change is sent. Implemented over Redis ({@code presence.cluster.events}) and in memory
 * ({@link presence.events.MemoryEventStore}).
 *
 * <p>Threads: a {@link presence.events.RecordingLink} runs on the loop of its board; stores are thread-safe.
 */
@NullMarked
package presence.events;

import org.jspecify.annotations.NullMarked;
