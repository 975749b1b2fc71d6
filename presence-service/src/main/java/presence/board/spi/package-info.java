/**
 * What a board needs from the cluster: {@link presence.board.spi.ClusterBus} and the ports it hands out. Implemented
 * over Redis ({@code presence.cluster}) and in memory ({@code presence.cluster.memory}); both pass one contract suite.
 *
 * <p>Threads: a {@link presence.board.spi.BoardLink} is called on the event loop of its board and answers there.
 * {@link presence.board.spi.ClusterDirectory} and {@link presence.board.spi.ModerationBus} are thread-safe.
 */
@NullMarked
package presence.board.spi;

import org.jspecify.annotations.NullMarked;
