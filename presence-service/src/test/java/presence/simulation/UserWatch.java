package presence.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import presence.board.spi.ClusterDirectory;

/** Follows which users go online and offline, and notes what does not alternate. */
final class UserWatch implements ClusterDirectory.UserListener {
    private final Map<String, Boolean> last = new HashMap<>();
    private final List<String> repeated = new ArrayList<>(0);

    @Override
    public void onUser(String user, boolean online) {
        Boolean before = last.put(user, online);
        if (before != null && before == online) {
            repeated.add(user + " went " + (online ? "online" : "offline") + " twice");
        }
    }

    @Override
    public void onGap() {
        last.clear();
    }

    List<String> repeated() {
        return repeated;
    }
}
