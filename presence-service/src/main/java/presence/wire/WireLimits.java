package presence.wire;

import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.PresenceState;

/**
 * Limits on what one client may send. All in bytes of UTF-8 or payload unless noted otherwise.
 *
 * @param maxFrameBytes one WebSocket message
 * @param maxNameBytes any profile field but the avatar URL, a state name, a signal type, the name of a lock
 * @param maxStateBytes names and values of a member's state together
 * @param maxStateKeys entries in a member's state
 * @param maxSignalBytes a signal's payload
 * @param maxBoards boards one connection may be on
 * @param maxRosterLimit members in a part of a roster that a client asks for
 */
public record WireLimits(
        int maxFrameBytes,
        int maxNameBytes,
        int maxStateBytes,
        int maxStateKeys,
        int maxSignalBytes,
        int maxBoards,
        int maxRosterLimit) {
    /** Longest avatar URL. */
    public static final int MAX_URL_BYTES = 2048;

    /** Longest type of a reaction. */
    public static final int MAX_REACTION_BYTES = 32;

    /** Most types in one sum of reactions. */
    public static final int MAX_REACTION_TYPES = 16;

    /**
     * Largest version that a client may ask to exceed. It leaves room for 2^29 more take-overs before a version is too
     * large for a browser's numbers.
     */
    public static final long MAX_AFTER_VERSION = 1L << 48;

    /** Most boards in one watch that are read; a connection's own limit is lower. */
    public static final int MAX_WATCHED = 1_024;

    public static final int DEFAULT_ROSTER_LIMIT = 1_000;

    public static final WireLimits DEFAULT = new WireLimits(65_536, 128, 4_096, 32, 16_384, 16);

    /** Limits with the default of members in a part of a roster. */
    public WireLimits(
            int maxFrameBytes,
            int maxNameBytes,
            int maxStateBytes,
            int maxStateKeys,
            int maxSignalBytes,
            int maxBoards) {
        this(maxFrameBytes, maxNameBytes, maxStateBytes, maxStateKeys, maxSignalBytes, maxBoards, DEFAULT_ROSTER_LIMIT);
    }

    /** Returns the version of a client's frame, unsigned there, as one that it may ask to exceed. */
    static long afterVersion(long unsigned) {
        return Long.compareUnsigned(unsigned, MAX_AFTER_VERSION) > 0 ? MAX_AFTER_VERSION : unsigned;
    }

    public int maxBoardIdBytes() {
        return BoardId.MAX_BYTES;
    }

    /** Returns the limit that a member's state exceeds, in words; null when it exceeds none. */
    public @Nullable String problemWithState(PresenceState state) {
        int keys = state.values().size();
        if (keys > maxStateKeys) {
            return "state has " + keys + " keys, the limit is " + maxStateKeys;
        }
        int bytes = state.sizeBytes();
        return bytes > maxStateBytes ? "state has " + bytes + " bytes, the limit is " + maxStateBytes : null;
    }
}
