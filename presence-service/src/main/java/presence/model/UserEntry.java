package presence.model;

import java.util.List;

/**
 * The sessions of one user on one node.
 *
 * @param sessions on this node; empty while the node waits for the user to return
 * @param online false when the user has no session on the node any more, nor lingers
 */
public record UserEntry(String userId, List<UserSession> sessions, boolean online) {
    public UserEntry {
        sessions = List.copyOf(sessions);
    }
}
