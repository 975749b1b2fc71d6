package planted.cluster.user;

/** What connections to Redis and commands must not know. */
public record Users() {}
