package presence.cluster.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import presence.board.spi.ClusterDirectory.UserListener;
import presence.model.LocatedSession;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.UserEntry;

/**
 * Holds the users of {@link InMemoryBus}es by owner. Thread-safe; listeners are called under its lock, and so in order.
 */
final class InMemoryUsers {
    private final Map<Origin, Map<String, UserEntry>> owners = new HashMap<>();
    private final Set<String> online = new HashSet<>();
    private final List<UserListener> listeners = new ArrayList<>();

    synchronized void write(Origin owner, Collection<UserEntry> entries) {
        Map<String, UserEntry> users = owners.computeIfAbsent(owner, key -> new HashMap<>());
        for (UserEntry entry : entries) {
            if (entry.online()) {
                users.put(entry.userId(), entry);
                if (online.add(entry.userId())) {
                    notifyListeners(entry.userId(), true);
                }
            } else {
                users.remove(entry.userId());
                dropIfOffline(entry.userId());
            }
        }
    }

    synchronized void drop(NodeId node) {
        List<String> left = new ArrayList<>();
        owners.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey().node().equals(node);
            if (gone) {
                left.addAll(entry.getValue().keySet());
            }
            return gone;
        });
        left.forEach(this::dropIfOffline);
    }

    private void dropIfOffline(String user) {
        if (owners.values().stream().noneMatch(users -> users.containsKey(user)) && online.remove(user)) {
            notifyListeners(user, false);
        }
    }

    private void notifyListeners(String user, boolean isOnline) {
        listeners.forEach(listener -> listener.onUser(user, isOnline));
    }

    synchronized void listen(UserListener listener) {
        listeners.add(listener);
        listener.onGap();
    }

    synchronized Set<String> online() {
        return Set.copyOf(online);
    }

    synchronized List<LocatedSession> sessions(String user) {
        List<LocatedSession> sessions = new ArrayList<>();
        owners.forEach((owner, users) -> {
            UserEntry entry = users.get(user);
            if (entry != null) {
                entry.sessions().forEach(session -> sessions.add(new LocatedSession(owner.node(), session)));
            }
        });
        return sessions;
    }
}
