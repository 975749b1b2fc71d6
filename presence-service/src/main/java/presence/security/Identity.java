package presence.security;

import presence.model.Profile;

/**
 * The identity and the rights that a token grants.
 *
 * @param profile from the token; an empty string where the client may choose
 * @param expiresAtMs milliseconds since 1970; {@link Long#MAX_VALUE} = never
 */
public record Identity(Profile profile, BoardRights rights, long expiresAtMs) {
    /** The identity of every client if no authentication is configured. */
    public static final Identity ANONYMOUS = new Identity(Profile.EMPTY, BoardRights.ALL, Long.MAX_VALUE);

    /** Empty if no authentication is configured. */
    public String userId() {
        return profile.userId();
    }

    /** Merges the client's profile with the token's, which overrides it. */
    public Profile stamp(Profile said) {
        return said.overriddenBy(profile);
    }
}
