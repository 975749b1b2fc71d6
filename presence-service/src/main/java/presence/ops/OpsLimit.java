package presence.ops;

/** Why the operators' port refused, ended or delayed something; each is counted by it. */
public enum OpsLimit {
    /** A connection ended, because there were as many as there may be and another came. */
    CONNECTIONS,
    /** A connection ended, because a request did not arrive or an answer was not read in time. */
    TIMEOUT,
    /** A request waited, because more came in a second than may. */
    RATE,
    /** A request refused, because a browser sent it for another site's page. */
    CROSS_SITE,
    /** A request refused, because its Host is no name of this node. */
    FOREIGN_HOST
}
