package presence.agent;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.Position;
import presence.model.Profile;
import presence.model.Status;

/**
 * The changes that a call makes to an agent. Null leaves a part unchanged; a new agent then has an empty state, is
 * active, and has no cursor.
 *
 * @param profile its device is replaced by {@link Agents#DEVICE}
 * @param state replaces all of the state
 * @param ttlSeconds how long it lives after the last call; 0 = unchanged, for an agent that exists
 */
public record AgentSpec(
        @Nullable Profile profile,
        @Nullable Map<String, byte[]> state,
        @Nullable Status status,
        @Nullable Position cursor,
        int ttlSeconds) {
    /** Changes nothing; the call only renews the agent. */
    static final AgentSpec NOTHING = new AgentSpec(null, null, null, null, 0);

    /** Returns this with a profile for a new agent, if it has none. */
    AgentSpec orPlain(AgentKey key) {
        return profile != null
                ? this
                : new AgentSpec(
                        new Profile(userOf(key), key.name(), "", "", Agents.DEVICE), state, status, cursor, ttlSeconds);
    }

    /** Returns the user id of an agent whose profile names none. */
    public static String userOf(AgentKey key) {
        return "agent:" + key.name();
    }
}
