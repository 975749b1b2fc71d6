package presence.events;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A kind of event. */
public enum EventKind {
    /** The first member of the cluster is on the board. */
    BOARD_OPENED,
    /** The last member of the cluster has left the board. */
    BOARD_CLOSED,
    MEMBER_JOINED,
    MEMBER_LEFT,
    /** The status or the profile of a member has changed. */
    MEMBER_UPDATED,
    /** An operator removed the member; its {@link #MEMBER_LEFT} follows. */
    MEMBER_KICKED,
    /** The first session of a user in the cluster has begun. */
    USER_ONLINE,
    /** The last session of a user in the cluster has ended. */
    USER_OFFLINE,
    /** A member sent a signal of a type that is recorded. */
    SIGNAL;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '.');

    /** The name in the log, for example {@code member.joined}. */
    public String text() {
        return text;
    }

    /** Returns the kind of this name; empty if there is none. */
    public static Optional<EventKind> of(String text) {
        return Stream.of(values()).filter(kind -> kind.text.equals(text)).findAny();
    }
}
