package presence.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the event log records.
 *
 * @param kinds of events
 * @param signals types of signals
 * @param boards patterns with * for any characters
 * @param most events kept, about
 * @param age how long they are kept, about
 */
public record EventsConfig(
        boolean on, List<String> kinds, Set<String> signals, List<String> boards, int most, Duration age) {
    /** All kinds, as they are written in the log. */
    public static final List<String> KINDS = List.of(
            "board.opened",
            "board.closed",
            "member.joined",
            "member.left",
            "member.updated",
            "member.kicked",
            "user.online",
            "user.offline",
            "signal");

    static EventsConfig from(SettingReader read) throws ConfigException {
        return new EventsConfig(
                read.is(Setting.PRESENCE_EVENTS, "on"),
                kinds(read, Setting.PRESENCE_EVENTS_KINDS),
                Set.copyOf(read.list(Setting.PRESENCE_EVENTS_SIGNALS)),
                read.list(Setting.PRESENCE_EVENTS_BOARDS),
                read.number(Setting.PRESENCE_EVENTS_MAX),
                Duration.ofHours(read.number(Setting.PRESENCE_EVENTS_HOURS)));
    }

    /** The kinds that a setting names; all if it is empty. */
    static List<String> kinds(SettingReader read, Setting setting) throws ConfigException {
        List<String> kinds = read.list(setting);
        for (String kind : kinds) {
            if (!KINDS.contains(kind)) {
                throw new ConfigException(setting + " names " + SettingReader.shown(kind) + ", which is none of "
                        + String.join(", ", KINDS));
            }
        }
        return kinds.isEmpty() ? KINDS : kinds;
    }

    /** Whether the events of a board are recorded. */
    public boolean records(String board) {
        return boards.stream().anyMatch(pattern -> matches(pattern, board));
    }

    private static boolean matches(String pattern, String board) {
        String[] parts = pattern.split("\\*", -1);
        StringBuilder regex = new StringBuilder(Pattern.quote(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            regex.append(".*").append(Pattern.quote(parts[i]));
        }
        return board.matches(regex.toString());
    }
}
