/**
 * The other nodes, over Redis or in one process.
 *
 * <pre>
 *   Board ──publish──▶ RedisLink ─▶ SegmentWriter ──APPLY / PUT / TOUCH──▶ Redis: segment, origins, PUBLISH
 *     ▲                    │                                                     │
 *     └──────feed──────────┴── RedisSubscriber ◀──presence:board:&lt;id&gt;─────────┘
 *   Board ──cursors──▶ CursorPublisher (one dispatch per event-loop turn) ──PUBLISH──▶
 * </pre>
 *
 * <p>Threads: a {@link presence.cluster.RedisLink} and its writer belong to their board's event loop. Lettuce's
 * threads drop echoes, decode, and hand over; they never wait. Redis is a shared copy and never the
 * only one: whatever it loses, the owners write again.
 */
@NullMarked
package presence.cluster;

import org.jspecify.annotations.NullMarked;
