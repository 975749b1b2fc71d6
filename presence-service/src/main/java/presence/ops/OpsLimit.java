package presence.ops;

/** Why the operators' port refused, ended or delayed a request or connection; counted per reason. */
public enum OpsLimit {
    /** A connection ended: the limit was reached and another arrived. */
    CONNECTIONS,
    /** A connection ended: a request did not arrive, or a response was not read, in time. */
    TIMEOUT,
    /** A request was delayed: it exceeded the rate limit. */
    RATE,
    /** A request was refused: a browser sent it for another site's page. */
    CROSS_SITE,
    /** A request was refused: its Host is not a name of this node. */
    FOREIGN_HOST
}
