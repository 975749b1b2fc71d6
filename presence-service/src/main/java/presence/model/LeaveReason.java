package presence.model;

/** Why a member is no longer on a board. */
public enum LeaveReason {
    /** Said goodbye. */
    LEFT,
    /** Its connection was lost and did not come back in time. */
    TIMED_OUT,
    /** The node it was on died or cannot be reached. */
    NODE_LOST,
    /** Removed by an operator. */
    KICKED,
    /** Another node has it now: of interest to nodes, clients see no leave at all. */
    TAKEN_OVER
}
