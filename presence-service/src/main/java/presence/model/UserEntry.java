package presence.model;

import java.util.List;

/**
 * What one node knows of one user.
 *
 * @param sessions those on this node; none while the node waits whether the user comes back
 * @param online false when the node has nothing to do with the user any more
 */
public record UserEntry(String userId, List<UserSession> sessions, boolean online) {
    public UserEntry {
        sessions = List.copyOf(sessions);
    }
}
