package presence.model;

/** A member's activity, as the others see it. */
public enum Status {
    ACTIVE,
    IDLE,
    AWAY,
    BUSY
}
