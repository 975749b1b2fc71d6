package presence.agent;

/**
 * Bounds on agents; 0 = no limit.
 *
 * @param perToken agents of one token on this node
 * @param perBoard agents of one board on all nodes
 * @param callsPerSecond of one token to this node; twice as many may come at once
 * @param stepMs time between two positions of an agent on its path
 */
public record AgentSettings(int perToken, int perBoard, int callsPerSecond, long stepMs) {}
