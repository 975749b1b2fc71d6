package presence.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.Density;
import presence.model.Position;
import presence.proto.Change;
import presence.proto.Counts;
import presence.proto.Error;
import presence.proto.GoingAway;
import presence.proto.HeartbeatAck;
import presence.proto.HeldLock;
import presence.proto.Left;
import presence.proto.Limits;
import presence.proto.LockResult;
import presence.proto.LockState;
import presence.proto.Locks;
import presence.proto.Member;
import presence.proto.MemberUpdate;
import presence.proto.Pace;
import presence.proto.Reaction;
import presence.proto.Reactions;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.Signal;

/**
 * Turns server events into complete WebSocket frames, header included, so that one buffer can go to
 * every recipient unchanged. The caller owns what is returned.
 *
 * <p>Confined to one thread (it reuses its measurements); cheap to create, one per event loop.
 */
public final class WireEncoder {
    /** The name of the protocol, and of its WebSocket subprotocol. */
    public static final String PROTOCOL = "presence.v1";

    /**
     * Where a roster or change is cut, in bytes of protobuf. With the largest update a client can make
     * behind it (22 KiB: every setting at its top, all of the state unset and set) a frame stays below the
     * promised 64 KiB.
     */
    static final int CHUNK_BYTES = 40 * 1024;

    /** Where the first frame of a roster is cut: a client that reads nothing costs no more, one that reads gets on at once. */
    static final int FIRST_BYTES = 8 * 1024;

    /** Overhead of a repeated message: its tag and its length. */
    private static final int ENTRY_BYTES = 4;

    private static final int CURSORS_TAG = ServerFrame.CURSORS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int BOARD_REF_TAG = 1 << 3;

    private final ByteBufAllocator allocator;
    private final CursorCodec cursorCodec = new CursorCodec();

    public WireEncoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Of the frames that this encodes, and of others to the same clients. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    public ByteBuf welcome(Welcome welcome, String connectionId, long serverTimeMs) {
        WireLimits limits = welcome.limits();
        return framed(ServerFrame.newBuilder()
                .setWelcome(presence.proto.Welcome.newBuilder()
                        .setNodeId(welcome.node().toString())
                        .setServerLabel(welcome.serverLabel())
                        .setConnectionId(connectionId)
                        .setProtocol(PROTOCOL)
                        .setHeartbeatIntervalMs(welcome.heartbeatIntervalMs())
                        .setMaxCursorHz(welcome.maxCursorHz())
                        .setServerTimeMs(serverTimeMs)
                        .setLimits(Limits.newBuilder()
                                .setMaxFrameBytes(limits.maxFrameBytes())
                                .setMaxBoardIdBytes(limits.maxBoardIdBytes())
                                .setMaxNameBytes(limits.maxNameBytes())
                                .setMaxStateBytes(limits.maxStateBytes())
                                .setMaxStateKeys(limits.maxStateKeys())
                                .setMaxSignalBytes(limits.maxSignalBytes())
                                .setMaxBoards(limits.maxBoards())))
                .build());
    }

    public ByteBuf heartbeatAck(long clientTimeMs, long serverTimeMs) {
        return framed(ServerFrame.newBuilder()
                .setHeartbeatAck(
                        HeartbeatAck.newBuilder().setClientTimeMs(clientTimeMs).setServerTimeMs(serverTimeMs))
                .build());
    }

    /** @param from slot of the sender */
    public ByteBuf signal(int boardRef, int from, String type, byte[] payload) {
        return framed(ServerFrame.newBuilder()
                .setSignal(Signal.newBuilder()
                        .setBoardRef(boardRef)
                        .setFrom(from)
                        .setType(type)
                        .setPayload(UnsafeByteOperations.unsafeWrap(payload)))
                .build());
    }

    /**
     * @param retryAfterMs negative where trying again does not help
     * @param requestId {@link ClientEvent#NO_REQUEST_ID} when no frame caused it
     * @param boardRef 0 when no board is meant
     */
    public ByteBuf error(ErrorCode code, String message, long retryAfterMs, long requestId, int boardRef) {
        Error.Builder error =
                Error.newBuilder().setCode(code.wireName()).setMessage(message).setBoardRef(boardRef);
        if (retryAfterMs >= 0) {
            error.setRetryAfterMs((int) Math.min(retryAfterMs, Integer.MAX_VALUE));
        }
        if (requestId != ClientEvent.NO_REQUEST_ID) {
            error.setInReplyTo((int) requestId);
        }
        return framed(ServerFrame.newBuilder().setError(error).build());
    }

    /** @param maxCursorHz how often cursors of the board are of use, per second */
    public ByteBuf pace(int boardRef, int maxCursorHz) {
        return framed(ServerFrame.newBuilder()
                .setPace(Pace.newBuilder().setBoardRef(boardRef).setMaxCursorHz(maxCursorHz))
                .build());
    }

    public ByteBuf counts(int boardRef, BoardCounts counts) {
        return framed(ServerFrame.newBuilder()
                .setCounts(Counts.newBuilder()
                        .setBoardRef(boardRef)
                        .setMembers(counts.members())
                        .setObservers(counts.observers())
                        .setUsers(counts.users()))
                .build());
    }

    /**
     * Sums of reactions, in the order given.
     *
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    public ByteBuf reactions(int boardRef, Map<String, Integer> sums) {
        Reactions.Builder reactions = Reactions.newBuilder().setBoardRef(boardRef);
        sums.forEach((type, count) ->
                reactions.addReactions(Reaction.newBuilder().setType(type).setCount(count)));
        return framed(ServerFrame.newBuilder().setReactions(reactions).build());
    }

    public ByteBuf density(int boardRef, Density density) {
        presence.proto.Density.Builder frame = presence.proto.Density.newBuilder()
                .setBoardRef(boardRef)
                .setX(density.x())
                .setY(density.y())
                .setCell(density.cell())
                .setColumns(density.columns());
        for (int count : density.counts()) {
            frame.addCounts(count);
        }
        return framed(ServerFrame.newBuilder().setDensity(frame).build());
    }

    /**
     * Locks in as many frames as it takes.
     *
     * @param all whether all other locks are free
     * @throws OutOfMemoryError if a frame cannot be allocated; then none is left behind
     */
    public List<ByteBuf> locks(int boardRef, Collection<Lock> held, Collection<String> released, boolean all) {
        List<Locks.Builder> parts = new ArrayList<>(1);
        Locks.Builder part = Locks.newBuilder().setBoardRef(boardRef).setAll(all);
        parts.add(part);
        int bytes = 0;
        Iterator<String> free = released.iterator();
        Iterator<Lock> taken = held.iterator();
        while (free.hasNext() || taken.hasNext()) {
            if (bytes >= CHUNK_BYTES) {
                part.setMore(true);
                part = Locks.newBuilder().setBoardRef(boardRef);
                parts.add(part);
                bytes = 0;
            }
            if (free.hasNext()) {
                String name = free.next();
                part.addReleased(name);
                bytes += ENTRY_BYTES + 3 * name.length();
            } else {
                HeldLock lock = heldLock(taken.next());
                part.addHeld(lock);
                bytes += ENTRY_BYTES + lock.getSerializedSize();
            }
        }
        List<ByteBuf> frames = new ArrayList<>(parts.size());
        try {
            parts.forEach(each ->
                    frames.add(framed(ServerFrame.newBuilder().setLocks(each).build())));
        } catch (OutOfMemoryError e) {
            frames.forEach(ByteBuf::release);
            throw e;
        }
        return frames;
    }

    private static HeldLock heldLock(Lock lock) {
        return HeldLock.newBuilder()
                .setName(lock.name())
                .setHolder(ProtoMapping.toProto(lock.holder()))
                .setFencing(lock.fencing())
                .build();
    }

    /**
     * The answer to a request for a lock that was not refused.
     *
     * @param requestId {@link ClientEvent#NO_REQUEST_ID} for a request without one
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    public ByteBuf lockResult(int boardRef, String name, LockAnswer answer, long requestId) {
        LockResult.Builder result = LockResult.newBuilder()
                .setBoardRef(boardRef)
                .setName(name)
                .setState(
                        answer.outcome().isHeld()
                                ? LockState.LOCK_STATE_GRANTED
                                : answer.outcome() == LockAnswer.Outcome.QUEUED
                                        ? LockState.LOCK_STATE_QUEUED
                                        : LockState.LOCK_STATE_DENIED);
        Lock lock = answer.lock();
        if (lock != null) {
            result.setFencing(lock.fencing())
                    .setTtlMs((int) lock.leftMs())
                    .setHolder(ProtoMapping.toProto(lock.holder()));
        }
        if (requestId != ClientEvent.NO_REQUEST_ID) {
            result.setInReplyTo((int) requestId);
        }
        return framed(ServerFrame.newBuilder().setLockResult(result).build());
    }

    public ByteBuf goingAway(int reconnectAfterMs, String reason) {
        return framed(ServerFrame.newBuilder()
                .setGoingAway(GoingAway.newBuilder()
                        .setReconnectAfterMs(reconnectAfterMs)
                        .setReason(reason))
                .build());
    }

    /**
     * The first frame of a complete roster: as many members as fit. Where {@code members} has some
     * left, the frame says {@code more} and {@link #part} brings them.
     */
    public ByteBuf roster(BoardId board, int boardRef, int you, byte[] resumeKey, Iterator<MemberView> members) {
        Roster.Builder roster = Roster.newBuilder()
                .setBoard(board.value())
                .setBoardRef(boardRef)
                .setYou(you);
        if (resumeKey.length > 0) {
            roster.setResumeKey(UnsafeByteOperations.unsafeWrap(resumeKey));
        }
        int bytes = 0;
        while (members.hasNext() && bytes < FIRST_BYTES) {
            Member member = member(members.next());
            bytes += ENTRY_BYTES + member.getSerializedSize();
            roster.addMembers(member);
        }
        return framed(ServerFrame.newBuilder()
                .setRoster(roster.setMore(members.hasNext()))
                .build());
    }

    /**
     * The next part of what a reader has not received: as many changes as fit; {@code more} while {@code changes} has some
     * left.
     *
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    public ByteBuf part(int boardRef, Iterator<MemberChange> changes) {
        Change.Builder part = Change.newBuilder().setBoardRef(boardRef);
        int bytes = 0;
        while (changes.hasNext() && bytes < CHUNK_BYTES) {
            bytes += ENTRY_BYTES + add(part, changes.next());
        }
        return framed(part.setMore(changes.hasNext()));
    }

    /**
     * Changes in as many frames as it takes, in the order given: left, joined, updated.
     *
     * @throws OutOfMemoryError if a frame cannot be allocated; then none is left behind
     */
    public List<ByteBuf> change(int boardRef, Collection<? extends MemberChange> changes) {
        List<ByteBuf> frames = new ArrayList<>(1);
        Change.Builder change = Change.newBuilder().setBoardRef(boardRef);
        int bytes = 0;
        int remaining = changes.size();
        try {
            for (MemberChange one : changes) {
                bytes += ENTRY_BYTES + add(change, one);
                remaining--;
                if (remaining == 0 || bytes >= CHUNK_BYTES) {
                    frames.add(framed(change.setMore(remaining > 0)));
                    change.clearLeft().clearJoined().clearUpdated();
                    bytes = 0;
                }
            }
        } catch (OutOfMemoryError e) {
            frames.forEach(ByteBuf::release);
            throw e;
        }
        return frames;
    }

    /** Returns the size of the change in bytes. */
    private static int add(Change.Builder change, MemberChange one) {
        if (one instanceof MemberChange.Joined joined) {
            Member message = member(joined.member());
            change.addJoined(message);
            return message.getSerializedSize();
        }
        if (one instanceof MemberChange.Updated updated) {
            MemberUpdate message = update(updated);
            change.addUpdated(message);
            return message.getSerializedSize();
        }
        MemberChange.Left gone = (MemberChange.Left) one;
        Left message = Left.newBuilder()
                .setSlot(gone.slot())
                .setReason(ProtoMapping.toProto(gone.reason()))
                .build();
        change.addLeft(message);
        return message.getSerializedSize();
    }

    /** One tick: the columns as they are, without a protobuf object in between. */
    public ByteBuf cursors(int boardRef, CursorColumns columns) {
        int body = 1 + Varints.size(boardRef) + cursorCodec.encode(columns);
        int payload = 1 + Varints.size(body) + body;
        ByteBuf out = allocator.directBuffer(WebSocketHeader.size(payload) + payload);
        WebSocketHeader.writeBinary(out, payload);
        out.writeByte(CURSORS_TAG);
        Varints.write(out, body);
        out.writeByte(BOARD_REF_TAG);
        Varints.write(out, boardRef);
        cursorCodec.write(out);
        return out;
    }

    /** A close frame; {@code code} -1 for one without a code. */
    public ByteBuf close(int code, String text) {
        if (code == -1) {
            return WebSocketHeader.control(allocator, WebSocketHeader.CLOSE, 0);
        }
        int bytes = 2 + ByteBufUtil.utf8Bytes(text);
        ByteBuf out = WebSocketHeader.control(allocator, WebSocketHeader.CLOSE, bytes);
        ByteBufUtil.writeUtf8(out.writeShort(code), text);
        return out;
    }

    public ByteBuf ping() {
        return WebSocketHeader.control(allocator, WebSocketHeader.PING, 0);
    }

    /** @param payload of the ping; stays the caller's */
    public ByteBuf pong(ByteBuf payload) {
        return WebSocketHeader.control(allocator, WebSocketHeader.PONG, payload.readableBytes())
                .writeBytes(payload);
    }

    static Member member(MemberView view) {
        Member.Builder member = Member.newBuilder()
                .setSlot(view.slot())
                .setMemberId(ProtoMapping.toProto(view.id()))
                .setProfile(ProtoMapping.toProto(view.profile()))
                .setStatus(ProtoMapping.toProto(view.status()))
                .putAllState(ProtoMapping.toProto(view.state()))
                .setVersion(view.version())
                .setJoinedAtMs(view.joinedAtMs());
        Position cursor = view.cursor();
        if (cursor != null) {
            member.setCursor(presence.proto.Position.newBuilder()
                    .setX(cursor.x())
                    .setY(cursor.y())
                    .setHidden(cursor.hidden()));
        }
        return member.build();
    }

    private static MemberUpdate update(MemberChange.Updated patch) {
        MemberUpdate.Builder update = MemberUpdate.newBuilder()
                .setSlot(patch.slot())
                .putAllSet(ProtoMapping.toProto(patch.set()))
                .addAllUnset(patch.unset())
                .setVersion(patch.version());
        if (patch.profile() != null) {
            update.setProfile(ProtoMapping.toProto(patch.profile()));
        }
        if (patch.status() != null) {
            update.setStatus(ProtoMapping.toProto(patch.status()));
        }
        return update.build();
    }

    private ByteBuf framed(Change.Builder change) {
        return framed(ServerFrame.newBuilder().setChange(change).build());
    }

    private ByteBuf framed(ServerFrame frame) {
        int payload = frame.getSerializedSize();
        ByteBuf out = allocator.directBuffer(WebSocketHeader.size(payload) + payload);
        WebSocketHeader.writeBinary(out, payload);
        int at = out.writerIndex();
        try {
            CodedOutputStream stream = CodedOutputStream.newInstance(out.nioBuffer(at, payload));
            frame.writeTo(stream);
            stream.flush();
        } catch (IOException e) {
            out.release();
            throw new IllegalStateException("writing to memory", e);
        }
        return out.writerIndex(at + payload);
    }
}
