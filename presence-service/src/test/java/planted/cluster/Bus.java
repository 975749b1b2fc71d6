package planted.cluster;

/** What sessions must not know. */
public record Bus() {}
