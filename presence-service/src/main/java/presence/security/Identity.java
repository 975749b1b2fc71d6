package presence.security;

import presence.model.Profile;

/**
 * Who somebody is and what they may do, as their token has it.
 *
 * @param profile what the token says about them; empty strings where it leaves that to them
 * @param expiresAtMs milliseconds since 1970; {@link Long#MAX_VALUE} = never
 */
public record Identity(Profile profile, BoardRights rights, long expiresAtMs) {
    /** Where nobody is asked for a token. */
    public static final Identity ANYBODY = new Identity(Profile.EMPTY, BoardRights.ALL, Long.MAX_VALUE);

    /** Empty where nobody is asked for a token. */
    public String userId() {
        return profile.userId();
    }

    /** What a client says about itself, overridden by what the token says. */
    public Profile stamp(Profile said) {
        return said.overriddenBy(profile);
    }
}
