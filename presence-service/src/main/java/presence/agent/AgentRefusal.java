package presence.agent;

/** Why a call about an agent was refused. */
public enum AgentRefusal {
    /** There is no such agent on any node. */
    MISSING,
    /** The agent is leaving the board; its key can be used again within seconds. */
    ENDING,
    /** Another node took the agent over during the call. */
    MOVED,
    /** An operator removed the agent during the call, or banned its user. */
    BANNED,
    /** The token has as many agents on this node as one may have. */
    TOKEN_FULL,
    /** The board has as many agents as one may have. */
    BOARD_FULL_OF_AGENTS,
    /** The board has as many members as one may have. */
    BOARD_FULL,
    /** The node has as many boards as it may have. */
    NODE_FULL,
    /** The token's calls, or the board's bytes of signals, exceed their rate. */
    RATE,
    /** The node is about to stop. */
    DRAINING,
    /** The node has no secret that all nodes share. */
    OFF
}
