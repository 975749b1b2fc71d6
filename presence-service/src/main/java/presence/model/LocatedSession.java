package presence.model;

/** A session and the node that answers for it. */
public record LocatedSession(NodeId node, UserSession session) {}
