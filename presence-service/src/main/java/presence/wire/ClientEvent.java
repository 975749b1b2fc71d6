package presence.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Profile;
import presence.model.Status;

/** One decoded client frame, within all limits. */
public sealed interface ClientEvent {
    /** The id of a frame without one. */
    long NO_REQUEST_ID = -1;

    /** Approximate size of an event beside its texts and payloads. */
    int ENTRY_BYTES = 32;

    private static int sizeOf(@Nullable Profile profile) {
        return profile == null ? 0 : profile.length();
    }

    private static int sizeOf(Map<String, byte[]> state) {
        int bytes = 0;
        for (Map.Entry<String, byte[]> entry : state.entrySet()) {
            bytes += entry.getKey().length() + entry.getValue().length;
        }
        return bytes;
    }

    /** Returns the client's id of the frame, or {@link #NO_REQUEST_ID}; an error echoes it. */
    long requestId();

    Kind kind();

    enum Kind {
        JOIN,
        LEAVE,
        CURSOR,
        STATE,
        SIGNAL,
        HEARTBEAT,
        AUTH,
        WATCH,
        REACT,
        VIEWPORT,
        ROSTER_PAGE,
        LOCK,
        UNLOCK
    }

    /** Calls the handler's method for this kind of event; the compiler makes handlers complete. */
    void deliverTo(Handler handler);

    interface Handler {
        void onJoin(Join join);

        void onLeave(Leave leave);

        void onCursor(Cursor cursor);

        void onStatePatch(StatePatch patch);

        void onSignal(Signal signal);

        void onHeartbeat(Heartbeat heartbeat);

        void onAuth(Auth auth);

        void onWatch(Watch watch);

        void onReact(React react);

        void onViewport(Viewport viewport);

        void onRosterPage(RosterPage page);

        void onLock(Lock lock);

        void onUnlock(Unlock unlock);
    }

    /**
     * @param profile null where the client gave none: a resumed member keeps its own
     * @param status null: a resumed member keeps its own, and a new one is active
     * @param resumeKey empty when a new member joins
     * @param newKey what the key of a new member is derived from; empty where the node chooses it
     * @param afterVersion the member's version must exceed it; 0 to {@link WireLimits#MAX_AFTER_VERSION}
     * @param rosterLimit members to tell at first, at most {@link WireLimits#maxRosterLimit}; 0 = all
     */
    record Join(
            long requestId,
            BoardId board,
            @Nullable Profile profile,
            @Nullable Status status,
            Map<String, byte[]> state,
            byte[] resumeKey,
            boolean observer,
            byte[] newKey,
            long afterVersion,
            boolean counts,
            boolean reactions,
            int rosterLimit,
            boolean locks)
            implements ClientEvent {
        /** A join that asks for the whole roster, and for no locks. */
        public Join(
                long requestId,
                BoardId board,
                @Nullable Profile profile,
                @Nullable Status status,
                Map<String, byte[]> state,
                byte[] resumeKey,
                boolean observer,
                byte[] newKey,
                long afterVersion,
                boolean counts,
                boolean reactions) {
            this(
                    requestId,
                    board,
                    profile,
                    status,
                    state,
                    resumeKey,
                    observer,
                    newKey,
                    afterVersion,
                    counts,
                    reactions,
                    0,
                    false);
        }

        /** A join that asks for the whole roster, and for neither reactions nor locks. */
        public Join(
                long requestId,
                BoardId board,
                @Nullable Profile profile,
                @Nullable Status status,
                Map<String, byte[]> state,
                byte[] resumeKey,
                boolean observer,
                byte[] newKey,
                long afterVersion,
                boolean counts) {
            this(requestId, board, profile, status, state, resumeKey, observer, newKey, afterVersion, counts, false);
        }

        /** Returns the same event with another profile. */
        public Join withProfile(Profile other) {
            return new Join(
                    requestId,
                    board,
                    other,
                    status,
                    state,
                    resumeKey,
                    observer,
                    newKey,
                    afterVersion,
                    counts,
                    reactions,
                    rosterLimit,
                    locks);
        }

        /** Estimates the bytes of it that are sent to other clients. */
        public int bytes() {
            return ENTRY_BYTES + sizeOf(profile) + sizeOf(state);
        }

        @Override
        public Kind kind() {
            return Kind.JOIN;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onJoin(this);
        }
    }

    /** @param boardRef 0 = the earliest board still joined, here and below */
    record Leave(long requestId, int boardRef) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.LEAVE;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onLeave(this);
        }
    }

    /**
     * @param x 1/16 board unit, clamped
     * @param y 1/16 board unit, clamped
     */
    record Cursor(long requestId, int boardRef, int x, int y, boolean hidden) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.CURSOR;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onCursor(this);
        }
    }

    /** Absent parts are null and unchanged. */
    record StatePatch(
            long requestId,
            int boardRef,
            Map<String, byte[]> set,
            List<String> unset,
            @Nullable Profile profile,
            @Nullable Status status)
            implements ClientEvent {
        /** Returns the same event with another profile. */
        public StatePatch withProfile(Profile other) {
            return new StatePatch(requestId, boardRef, set, unset, other, status);
        }

        /** Estimates the bytes of it that are sent to other clients. */
        public int bytes() {
            int bytes = ENTRY_BYTES + sizeOf(profile) + sizeOf(set);
            for (String name : unset) {
                bytes += name.length();
            }
            return bytes;
        }

        @Override
        public Kind kind() {
            return Kind.STATE;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onStatePatch(this);
        }
    }

    /** @param to slots; empty = all others */
    record Signal(long requestId, int boardRef, String type, byte[] payload, List<Integer> to) implements ClientEvent {
        /** Estimates the bytes of it that are sent to other clients. */
        public int bytes() {
            return ENTRY_BYTES + type.length() + payload.length;
        }

        @Override
        public Kind kind() {
            return Kind.SIGNAL;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onSignal(this);
        }
    }

    record Heartbeat(long requestId, long clientTimeMs) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.HEARTBEAT;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onHeartbeat(this);
        }
    }

    /**
     * @param boards each once; empty = stop watching
     * @param avatars members of each board to describe; 0 to {@link presence.model.BoardSummary#MAX_FIRST}
     */
    record Watch(long requestId, List<BoardId> boards, int avatars) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.WATCH;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onWatch(this);
        }
    }

    record Auth(long requestId, String token) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.AUTH;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onAuth(this);
        }
    }

    /** @param type at most {@link WireLimits#MAX_REACTION_BYTES} */
    record React(long requestId, int boardRef, String type) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.REACT;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onReact(this);
        }
    }

    /**
     * What the client shows, in 1/16 board unit.
     *
     * @param x left edge, clamped as a cursor
     * @param y top edge, clamped as a cursor
     * @param width 0 to 2^26, clamped; 0 shows nothing, as for the height
     * @param follow slots, at most {@link #MOST_FOLLOWED}
     */
    record Viewport(long requestId, int boardRef, int x, int y, int width, int height, List<Integer> follow)
            implements ClientEvent {
        /** The most members that a client may follow. */
        public static final int MOST_FOLLOWED = 16;

        /** The greatest width and height. */
        public static final int MAX_SIZE = 1 << 26;

        @Override
        public Kind kind() {
            return Kind.VIEWPORT;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onViewport(this);
        }
    }

    /**
     * Asks for members that the client was not told yet.
     *
     * @param from only members with slots from this one on, unsigned
     * @param limit the most members, at most {@link WireLimits#maxRosterLimit}; 0 = as many as its join asked for
     */
    record RosterPage(long requestId, int boardRef, int from, int limit) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.ROSTER_PAGE;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onRosterPage(this);
        }
    }

    /**
     * @param name not empty, within the limit of names
     * @param ttlMs 0 = the node chooses
     * @param waits whether to queue while another member holds it
     */
    record Lock(long requestId, int boardRef, String name, long ttlMs, boolean waits) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.LOCK;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onLock(this);
        }
    }

    record Unlock(long requestId, int boardRef, String name) implements ClientEvent {
        @Override
        public Kind kind() {
            return Kind.UNLOCK;
        }

        @Override
        public void deliverTo(Handler handler) {
            handler.onUnlock(this);
        }
    }
}
