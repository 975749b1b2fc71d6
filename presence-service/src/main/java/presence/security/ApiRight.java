package presence.security;

import java.util.Locale;

/** A right of a token for the HTTP API; {@code PRESENCE_API_TOKENS_FILE} contains its name in lower case. */
public enum ApiRight {
    /** To list boards, members, activity, and where users are. */
    READ,
    /** To send signals as an operator. */
    SIGNAL,
    /** To kick members, and to set, list and end bans. */
    MODERATE,
    /** To make, move and end agents, and to send signals as one. */
    AGENTS,
    /** To read the event log, and to list, replay and remove dead letters of webhooks. */
    EVENTS;

    /** The name in files and in the OpenAPI document. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
