package presence.model;

/** What a member is doing, as the others see it. */
public enum Status {
    ACTIVE,
    IDLE,
    AWAY,
    BUSY
}
