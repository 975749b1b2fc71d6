package presence.wire;

import presence.model.NodeId;

/**
 * What a node announces to every connection.
 *
 * @param serverLabel the operator's name for the node, may be empty
 * @param maxCursorHz cursors sent faster are of no use
 */
public record Welcome(NodeId node, String serverLabel, int heartbeatIntervalMs, int maxCursorHz, WireLimits limits) {}
