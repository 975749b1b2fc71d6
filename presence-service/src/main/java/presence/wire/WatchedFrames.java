package presence.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.List;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.model.Profile;
import presence.proto.ServerFrame;
import presence.proto.Watched;
import presence.proto.WatchedBoard;

/**
 * Encodes what clients that watch boards are sent: an entry per board, encoded once for all of them, and frames of many
 * entries. Thread-safe.
 */
public final class WatchedFrames {
    /** Where a frame is cut, in bytes: with one more entry it stays below the promised 64 KiB. */
    public static final int CHUNK_BYTES = WireEncoder.CHUNK_BYTES;

    /** Where the list of a board's first members is cut, in bytes: a profile has 5 KiB at most. */
    private static final int FIRST_BYTES = 16 * 1024;

    private static final int WATCHED_TAG = ServerFrame.WATCHED_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private WatchedFrames() {}

    /** @param avatars members to describe; fewer if their profiles are large */
    public static byte[] entry(BoardId board, BoardSummary summary, int avatars) {
        WatchedBoard.Builder entry = WatchedBoard.newBuilder()
                .setBoard(board.value())
                .setMembers(summary.members())
                .setObservers(summary.observers());
        if (summary.users() != BoardSummary.UNKNOWN) {
            entry.setUsers(summary.users());
        }
        int bytes = 0;
        for (Profile profile :
                summary.first().subList(0, Math.min(avatars, summary.first().size()))) {
            presence.proto.Profile message = ProtoMapping.toProto(profile);
            bytes += message.getSerializedSize();
            if (bytes > FIRST_BYTES) {
                break;
            }
            entry.addFirst(message);
        }
        return bytes(entry);
    }

    /** The entry of a board that is not watched. */
    public static byte[] refusal(BoardId board, ErrorCode why) {
        return bytes(WatchedBoard.newBuilder().setBoard(board.value()).setError(why.wireName()));
    }

    /** The entry with its tag and length, as it is in a frame. */
    private static byte[] bytes(WatchedBoard.Builder board) {
        WatchedBoard entry = board.build();
        byte[] bytes = new byte[CodedOutputStream.computeMessageSize(Watched.BOARDS_FIELD_NUMBER, entry)];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeMessage(Watched.BOARDS_FIELD_NUMBER, entry);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return bytes;
    }

    /**
     * A frame of these entries, with its WebSocket header.
     *
     * @throws OutOfMemoryError if the frame cannot be allocated
     */
    public static ByteBuf frame(ByteBufAllocator allocator, List<byte[]> entries) {
        int body = 0;
        for (byte[] entry : entries) {
            body += entry.length;
        }
        int payload = Varints.size(WATCHED_TAG) + Varints.size(body) + body;
        ByteBuf out = allocator.directBuffer(WebSocketHeader.size(payload) + payload);
        WebSocketHeader.writeBinary(out, payload);
        Varints.write(out, WATCHED_TAG);
        Varints.write(out, body);
        entries.forEach(out::writeBytes);
        return out;
    }
}
