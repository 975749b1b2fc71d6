package presence.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.model.Position;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.ClientFrame;

/**
 * Decodes one binary message to a {@link ClientEvent} and checks every limit. A cursor frame, the most frequent one, is
 * read straight from the buffer; all others go through the generated messages. Thread-safe.
 */
public final class WireDecoder {
    private static final int CURSOR_TAG = ClientFrame.CURSOR_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int BOARD_REF_TAG = 1 << 3;
    private static final int X_TAG = 2 << 3;
    private static final int Y_TAG = 3 << 3;
    private static final int HIDDEN_TAG = 4 << 3;

    private final WireLimits limits;

    public WireDecoder(WireLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a message; the buffer stays the caller's.
     *
     * @throws WireException if the frame is refused, or so broken that the connection must end
     */
    public ClientEvent decode(ByteBuf frame) throws WireException {
        ClientEvent.Cursor cursor = cursorOrNull(frame);
        return cursor != null ? cursor : decodeAny(frame);
    }

    /** The cursor, if the frame is one in the plain form that clients write; else null, nothing consumed. */
    private static ClientEvent.@Nullable Cursor cursorOrNull(ByteBuf frame) throws WireException {
        int start = frame.readerIndex();
        int end = frame.writerIndex();
        // A cursor has at most 4 + 6 + 6 + 6 + 2 bytes: its length fits one byte.
        if (end - start < 2 || frame.getByte(start) != CURSOR_TAG || frame.getByte(start + 1) != end - start - 2) {
            return null;
        }
        frame.readerIndex(start + 2);
        int boardRef = 0;
        int x = 0;
        int y = 0;
        boolean hidden = false;
        while (frame.readerIndex() < end) {
            switch (frame.readByte()) {
                case BOARD_REF_TAG -> boardRef = Varints.read(frame, end);
                case X_TAG -> x = Varints.unZigZag(Varints.read(frame, end));
                case Y_TAG -> y = Varints.unZigZag(Varints.read(frame, end));
                case HIDDEN_TAG -> hidden = Varints.readLong(frame, end) != 0;
                default -> {
                    // A field of a newer release: let the generated code skip it.
                    frame.readerIndex(start);
                    return null;
                }
            }
        }
        return new ClientEvent.Cursor(
                ClientEvent.NO_REQUEST_ID, boardRef, Position.clamp(x), Position.clamp(y), hidden);
    }

    private ClientEvent decodeAny(ByteBuf frame) throws WireException {
        ClientFrame message;
        try {
            message = ClientFrame.parseFrom(inputOf(frame));
        } catch (InvalidProtocolBufferException e) {
            throw WireException.fatal(CloseReason.BAD_FRAME, "not a ClientFrame");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
        long id = message.hasId() ? Integer.toUnsignedLong(message.getId()) : ClientEvent.NO_REQUEST_ID;
        return switch (message.getFrameCase()) {
            case JOIN -> join(id, message.getJoin());
            case LEAVE -> new ClientEvent.Leave(id, message.getLeave().getBoardRef());
            case CURSOR -> cursor(id, message.getCursor());
            case STATE -> patch(id, message.getState());
            case SIGNAL -> signal(id, message.getSignal());
            case HEARTBEAT ->
                new ClientEvent.Heartbeat(id, message.getHeartbeat().getClientTimeMs());
            case WATCH -> watch(id, message.getWatch());
            case AUTH -> new ClientEvent.Auth(id, message.getAuth().getToken());
            case REACT -> react(id, message.getReact());
            case VIEWPORT -> viewport(id, message.getViewport());
            case ROSTER_PAGE -> rosterPage(id, message.getRosterPage());
            case LOCK -> lock(id, message.getLock());
            case UNLOCK -> unlock(id, message.getUnlock());
            case FRAME_NOT_SET -> throw WireException.refused(ErrorCode.UNKNOWN_FRAME, id, "unknown kind of frame");
        };
    }

    private static CodedInputStream inputOf(ByteBuf frame) {
        if (frame.nioBufferCount() == 1) {
            return CodedInputStream.newInstance(frame.nioBuffer());
        }
        return CodedInputStream.newInstance(ByteBufUtil.getBytes(frame));
    }

    private static ClientEvent.Cursor cursor(long id, presence.proto.Cursor cursor) {
        return new ClientEvent.Cursor(
                id,
                cursor.getBoardRef(),
                Position.clamp(cursor.getX()),
                Position.clamp(cursor.getY()),
                cursor.getHidden());
    }

    private ClientEvent.Join join(long id, presence.proto.Join join) throws WireException {
        String problem = BoardId.problemWith(join.getBoard());
        if (problem != null) {
            throw WireException.refused(ErrorCode.BOARD_ID_INVALID, id, "board id " + problem);
        }
        Map<String, byte[]> state = ProtoMapping.stateValues(join.getStateMap());
        checkState(id, state, List.of());
        checkRosterLimit(id, "roster_limit", join.getRosterLimit());
        Status status = ProtoMapping.fromProto(join.getStatus());
        return new ClientEvent.Join(
                id,
                new BoardId(join.getBoard()),
                join.hasProfile() ? profile(id, join.getProfile()) : null,
                status == null ? Status.ACTIVE : status,
                state,
                join.getResumeKey().toByteArray(),
                join.getObserver(),
                join.getNewKey().toByteArray(),
                WireLimits.afterVersion(join.getAfterVersion()),
                join.getCounts(),
                join.getReactions(),
                join.getRosterLimit(),
                join.getLocks());
    }

    private ClientEvent.StatePatch patch(long id, presence.proto.StatePatch patch) throws WireException {
        Map<String, byte[]> set = ProtoMapping.stateValues(patch.getSetMap());
        checkState(id, set, patch.getUnsetList());
        return new ClientEvent.StatePatch(
                id,
                patch.getBoardRef(),
                set,
                List.copyOf(patch.getUnsetList()),
                patch.hasProfile() ? profile(id, patch.getProfile()) : null,
                ProtoMapping.fromProto(patch.getStatus()));
    }

    private ClientEvent.Signal signal(long id, presence.proto.SignalSend signal) throws WireException {
        checkLength(id, "signal type", signal.getType(), limits.maxNameBytes());
        int size = signal.getPayload().size();
        if (size > limits.maxSignalBytes()) {
            throw WireException.refused(
                    ErrorCode.SIGNAL_TOO_LARGE,
                    id,
                    "signal payload has " + size + " bytes, the limit is " + limits.maxSignalBytes());
        }
        return new ClientEvent.Signal(
                id,
                signal.getBoardRef(),
                signal.getType(),
                signal.getPayload().toByteArray(),
                List.copyOf(signal.getToList()));
    }

    private static ClientEvent.React react(long id, presence.proto.React react) throws WireException {
        checkLength(id, "reaction type", react.getType(), WireLimits.MAX_REACTION_BYTES);
        return new ClientEvent.React(id, react.getBoardRef(), react.getType());
    }

    private static ClientEvent.Watch watch(long id, presence.proto.Watch watch) throws WireException {
        int count = watch.getBoardCount();
        if (count > WireLimits.MAX_WATCHED) {
            throw WireException.refused(
                    ErrorCode.TOO_MANY_WATCHED,
                    id,
                    count + " boards to watch, the limit is below " + WireLimits.MAX_WATCHED);
        }
        Set<BoardId> boards = new LinkedHashSet<>();
        for (String board : watch.getBoardList()) {
            String problem = BoardId.problemWith(board);
            if (problem != null) {
                throw WireException.refused(ErrorCode.BOARD_ID_INVALID, id, "board id " + problem);
            }
            boards.add(new BoardId(board));
        }
        // Unsigned on the wire.
        int avatars = watch.getAvatars();
        return new ClientEvent.Watch(
                id,
                List.copyOf(boards),
                avatars < 0 ? BoardSummary.MAX_FIRST : Math.min(avatars, BoardSummary.MAX_FIRST));
    }

    private static ClientEvent.Viewport viewport(long id, presence.proto.Viewport viewport) throws WireException {
        int followed = viewport.getFollowCount();
        if (followed > ClientEvent.Viewport.MOST_FOLLOWED) {
            throw WireException.refused(
                    ErrorCode.VIEWPORT_INVALID,
                    id,
                    "viewport follows " + followed + " members, the limit is " + ClientEvent.Viewport.MOST_FOLLOWED);
        }
        return new ClientEvent.Viewport(
                id,
                viewport.getBoardRef(),
                Position.clamp(viewport.getX()),
                Position.clamp(viewport.getY()),
                size(viewport.getWidth()),
                size(viewport.getHeight()),
                List.copyOf(viewport.getFollowList()));
    }

    private ClientEvent.Lock lock(long id, presence.proto.Lock lock) throws WireException {
        return new ClientEvent.Lock(
                id,
                lock.getBoardRef(),
                lockName(id, lock.getName()),
                Integer.toUnsignedLong(lock.getTtlMs()),
                lock.getWait());
    }

    private ClientEvent.Unlock unlock(long id, presence.proto.Unlock unlock) throws WireException {
        return new ClientEvent.Unlock(id, unlock.getBoardRef(), lockName(id, unlock.getName()));
    }

    private String lockName(long id, String name) throws WireException {
        if (name.isEmpty()) {
            throw WireException.refused(ErrorCode.LOCK_INVALID, id, "the lock has no name");
        }
        checkLength(id, "lock name", name, limits.maxNameBytes());
        return name;
    }

    /** Clamps a width or height, which is unsigned. */
    private static int size(int unsigned) {
        return Integer.compareUnsigned(unsigned, ClientEvent.Viewport.MAX_SIZE) > 0
                ? ClientEvent.Viewport.MAX_SIZE
                : unsigned;
    }

    private ClientEvent.RosterPage rosterPage(long id, presence.proto.RosterPage page) throws WireException {
        checkRosterLimit(id, "limit", page.getLimit());
        return new ClientEvent.RosterPage(id, page.getBoardRef(), page.getFrom(), page.getLimit());
    }

    private void checkRosterLimit(long id, String field, int unsigned) throws WireException {
        if (Integer.compareUnsigned(unsigned, limits.maxRosterLimit()) > 0) {
            throw WireException.refused(
                    ErrorCode.ROSTER_PAGE_INVALID,
                    id,
                    field + " is " + Integer.toUnsignedString(unsigned) + ", the limit is " + limits.maxRosterLimit());
        }
    }

    private Profile profile(long id, presence.proto.Profile profile) throws WireException {
        checkLength(id, "profile.user_id", profile.getUserId(), limits.maxNameBytes());
        checkLength(id, "profile.name", profile.getName(), limits.maxNameBytes());
        checkLength(id, "profile.color", profile.getColor(), limits.maxNameBytes());
        checkLength(id, "profile.device", profile.getDevice(), limits.maxNameBytes());
        checkLength(id, "profile.avatar_url", profile.getAvatarUrl(), WireLimits.MAX_URL_BYTES);
        return ProtoMapping.fromProto(profile);
    }

    private void checkState(long id, Map<String, byte[]> set, List<String> unset) throws WireException {
        for (String name : set.keySet()) {
            checkLength(id, "state name", name, limits.maxNameBytes());
        }
        for (String name : unset) {
            checkLength(id, "state name", name, limits.maxNameBytes());
        }
        String problem = limits.problemWithState(PresenceState.of(set));
        if (problem != null) {
            throw WireException.refused(ErrorCode.STATE_TOO_LARGE, id, problem);
        }
    }

    private static void checkLength(long id, String field, String value, int max) throws WireException {
        // A char is at most 3 bytes: only long strings need to be measured.
        if (value.length() > max / 3) {
            int length = value.getBytes(StandardCharsets.UTF_8).length;
            if (length > max) {
                throw WireException.refused(
                        ErrorCode.FIELD_TOO_LONG, id, field + " has " + length + " bytes, the limit is " + max);
            }
        }
    }
}
