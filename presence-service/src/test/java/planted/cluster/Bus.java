package planted.cluster;

/** What connections must not know. */
public record Bus() {}
