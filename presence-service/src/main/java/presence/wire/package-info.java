/**
 * Encodes and decodes the client protocol: {@link presence.wire.WireDecoder} turns a binary frame into a
 * {@link presence.wire.ClientEvent}, {@link presence.wire.WireEncoder} turns a node's events into complete WebSocket
 * frames. Stateless, any thread; no channel, no board. Together with {@code presence.cluster} the only place that knows
 * protobuf.
 */
@NullMarked
package presence.wire;

import org.jspecify.annotations.NullMarked;
