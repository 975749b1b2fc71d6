package presence.cluster.events;

import java.time.Duration;
import java.util.Collection;

/**
 * What the event log keeps.
 *
 * @param kinds kinds of events that are written
 * @param most events kept, about
 * @param age how long events are kept, about; also the TTL of all keys of the log
 */
public record EventLimits(Collection<String> kinds, int most, Duration age) {
    /** The kinds as scripts search in them. */
    public String kindsArgument() {
        return "," + String.join(",", kinds) + ",";
    }

    /** Whether a kind is written that has no board: it comes from the script that writes users. */
    public boolean hasUsers() {
        return kinds.contains("user.online") || kinds.contains("user.offline");
    }
}
