/**
 * Segments: one node's members of one board, written by their owner, read and followed by all other nodes.
 *
 * <pre>
 *   Board ─▶ RedisBoardLink ─▶ SegmentWriter ──APPLY, PUT, TOUCH──▶ Redis: segment, origins, PUBLISH
 *     ▲            │                                                   │
 *     └───feed── BoardSubscription ◀── RedisSubscriber ◀───────────────┘
 *                  └── SegmentReader reads again where the stream has a gap
 * </pre>
 *
 * <p>Threads: a link, its writer, its subscription and its reader belong to the event loop of their board;
 * {@link presence.cluster.segment.SegmentStore}, {@link presence.cluster.segment.SegmentReaper} and
 * {@link presence.cluster.segment.BoardLinks} are thread-safe.
 */
@NullMarked
package presence.cluster.segment;

import org.jspecify.annotations.NullMarked;
