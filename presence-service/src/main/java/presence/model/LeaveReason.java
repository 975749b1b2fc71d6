package presence.model;

/** Why a member is no longer on a board. */
public enum LeaveReason {
    /** Left cleanly. */
    LEFT,
    /** Its connection was lost and no client resumed it in time. */
    TIMED_OUT,
    /** Its node died or cannot be reached. */
    NODE_LOST,
    /** Removed by an operator. */
    KICKED,
    /** Another node has taken it over: only nodes see this reason, clients see no leave at all. */
    TAKEN_OVER
}
