package presence.model;

/**
 * What a node says it carries.
 *
 * @param label {@code SERVER_ID}; empty if it has none
 * @param connections open WebSockets
 * @param members those it answers for, those without a connection for a while included
 */
public record NodeLoad(NodeId node, String label, int connections, int members) {}
