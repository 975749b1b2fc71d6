package presence.wire;

import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Position;
import presence.proto.Change;
import presence.proto.Member;
import presence.proto.Page;
import presence.proto.Roster;
import presence.proto.ServerFrame;

/**
 * Encodes the members that clients with a roster in parts are sent. A member's record is encoded once and copied into every
 * frame that tells it; its position, which changes more often, is added to it. Thread-safe.
 */
public final class MemberFrames {
    /** Where a page is cut, in bytes: with one more member it stays below the promised 64 KiB. */
    public static final int CHUNK_BYTES = WireEncoder.CHUNK_BYTES;

    /** Where the first frame of such a roster is cut: some 100 members fit one. */
    public static final int FIRST_BYTES = 16 * 1024;

    private static final int ROSTER_TAG = tag(ServerFrame.ROSTER_FIELD_NUMBER);
    private static final int CHANGE_TAG = tag(ServerFrame.CHANGE_FIELD_NUMBER);
    private static final int LISTED_TAG = tag(Roster.MEMBERS_FIELD_NUMBER);
    private static final int JOINED_TAG = tag(Change.JOINED_FIELD_NUMBER);
    private static final int CURSOR_TAG = tag(Member.CURSOR_FIELD_NUMBER);

    /**
     * A member without its position.
     *
     * @param cursorAt where its position belongs
     */
    public record Record(byte[] bytes, int cursorAt) {}

    /**
     * A member in a frame.
     *
     * @param cursor last known position, null if none is known
     */
    public record Entry(Record record, @Nullable Position cursor) {
        /** Returns its bytes in a frame, its tag included. */
        public int bytes() {
            return framed(content());
        }

        private int content() {
            return record.bytes.length + (cursor == null ? 0 : framed(cursorBytes(cursor)));
        }
    }

    /**
     * The end of a page.
     *
     * @param next what a request for the next page names; 0 for the last
     * @param total members of the board
     * @param requestId of the request; {@link ClientEvent#NO_REQUEST_ID} if it had none
     */
    public record PageEnd(int next, int total, long requestId) {}

    private MemberFrames() {}

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Returns the size of a field with a tag of one byte. */
    private static int framed(int content) {
        return 1 + Varints.size(content) + content;
    }

    /** Encodes a member without its position. */
    public static Record record(MemberView view) {
        byte[] bytes =
                WireEncoder.member(view).toBuilder().clearCursor().build().toByteArray();
        int behind = view.joinedAtMs() == 0 ? 0 : 1 + Varints.size(view.joinedAtMs());
        return new Record(bytes, bytes.length - behind);
    }

    private static int cursorBytes(Position cursor) {
        return coordinateBytes(cursor.x()) + coordinateBytes(cursor.y()) + (cursor.hidden() ? 2 : 0);
    }

    private static int coordinateBytes(int value) {
        return value == 0 ? 0 : 1 + Varints.size(Varints.zigZag(value));
    }

    /**
     * A first frame of a roster in parts.
     *
     * @param you the client's slot; 0 for an observer
     * @param more whether members of this part are to follow
     * @param next what a request for a page names; 0 if there is nothing to ask for
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    public static ByteBuf roster(
            ByteBufAllocator allocator,
            BoardId board,
            int boardRef,
            int you,
            byte[] resumeKey,
            List<Entry> members,
            boolean more,
            int total,
            int next) {
        Roster.Builder head = Roster.newBuilder()
                .setBoard(board.value())
                .setBoardRef(boardRef)
                .setYou(you);
        if (resumeKey.length > 0) {
            head.setResumeKey(UnsafeByteOperations.unsafeWrap(resumeKey));
        }
        Roster.Builder tail = Roster.newBuilder().setMore(more).setTotal(total).setNext(next);
        return frame(allocator, ROSTER_TAG, head, LISTED_TAG, members, tail);
    }

    /**
     * A change that tells members.
     *
     * @param end set if it is the answer to a request for a page
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    public static ByteBuf joined(ByteBufAllocator allocator, int boardRef, List<Entry> members, @Nullable PageEnd end) {
        Change.Builder tail = Change.newBuilder();
        if (end != null) {
            Page.Builder page = Page.newBuilder().setNext(end.next()).setTotal(end.total());
            if (end.requestId() != ClientEvent.NO_REQUEST_ID) {
                page.setInReplyTo((int) end.requestId());
            }
            tail.setPage(page);
        }
        return frame(allocator, CHANGE_TAG, Change.newBuilder().setBoardRef(boardRef), JOINED_TAG, members, tail);
    }

    private static ByteBuf frame(
            ByteBufAllocator allocator,
            int frameTag,
            Message.Builder before,
            int memberTag,
            List<Entry> members,
            Message.Builder behind) {
        byte[] head = before.build().toByteArray();
        byte[] tail = behind.build().toByteArray();
        int body = head.length + tail.length;
        for (Entry member : members) {
            body += member.bytes();
        }
        int payload = framed(body);
        ByteBuf out = allocator.directBuffer(WebSocketHeader.size(payload) + payload);
        WebSocketHeader.writeBinary(out, payload);
        out.writeByte(frameTag);
        Varints.write(out, body);
        out.writeBytes(head);
        for (Entry member : members) {
            out.writeByte(memberTag);
            Varints.write(out, member.content());
            Record record = member.record;
            out.writeBytes(record.bytes, 0, record.cursorAt);
            if (member.cursor != null) {
                write(out, member.cursor);
            }
            out.writeBytes(record.bytes, record.cursorAt, record.bytes.length - record.cursorAt);
        }
        out.writeBytes(tail);
        return out;
    }

    private static void write(ByteBuf out, Position cursor) {
        out.writeByte(CURSOR_TAG);
        out.writeByte(cursorBytes(cursor));
        write(out, presence.proto.Position.X_FIELD_NUMBER, cursor.x());
        write(out, presence.proto.Position.Y_FIELD_NUMBER, cursor.y());
        if (cursor.hidden()) {
            out.writeByte(presence.proto.Position.HIDDEN_FIELD_NUMBER << 3).writeByte(1);
        }
    }

    /** As protobuf does: zero is left out. */
    private static void write(ByteBuf out, int field, int coordinate) {
        if (coordinate != 0) {
            out.writeByte(field << 3);
            Varints.write(out, Varints.zigZag(coordinate));
        }
    }
}
