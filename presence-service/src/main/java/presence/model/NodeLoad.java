package presence.model;

/**
 * The load a node publishes.
 *
 * @param label {@code SERVER_ID}; empty if it has none
 * @param connections open WebSockets
 * @param members members it owns, including those in their grace period
 * @param silentMs since its last sign of life; 0 for this node
 */
public record NodeLoad(NodeId node, String label, int connections, int members, long silentMs) {}
