package presence.wire;

import presence.model.NodeId;

/**
 * What a node says of itself to every connection.
 *
 * @param serverLabel the operator's name for the node, may be empty
 * @param maxCursorHz sending cursors faster is of no use
 */
public record Welcome(NodeId node, String serverLabel, int heartbeatIntervalMs, int maxCursorHz, WireLimits limits) {}
