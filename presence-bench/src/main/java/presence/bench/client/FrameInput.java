package presence.bench.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes what a user receives: the answer to its handshake, then whole frames, however the bytes are split. */
public final class FrameInput {
    /** Called in the order of arrival. */
    public interface Handler {
        void onUpgraded();

        /** The handshake was answered with this status line; nothing more is read. */
        void onRefused(String statusLine);

        /**
         * A binary message; the caller keeps ownership.
         *
         * @param frameBytes its size with the WebSocket header
         */
        void onMessage(ByteBuf message, int frameBytes) throws InvalidProtocolBufferException;

        /** A text message, which the service never sends; the caller keeps ownership. */
        default void onText(ByteBuf message, int frameBytes) {}

        /** @param code -1 where the frame carried none */
        void onClose(int code);
    }

    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;

    private final Handler handler;
    private @Nullable ByteBuf pending;
    private boolean upgraded;
    private boolean refused;

    public FrameInput(Handler handler) {
        this.handler = handler;
    }

    /** Takes the buffer over. */
    public void read(ByteBuf arrived) throws InvalidProtocolBufferException {
        ByteBuf bytes = arrived;
        if (pending != null) {
            pending.writeBytes(bytes);
            bytes.release();
            bytes = pending;
            pending = null;
        }
        boolean more = true;
        while (more) {
            more = upgraded ? readFrame(bytes) : readAnswer(bytes);
        }
        if (bytes.isReadable()) {
            pending = bytes.discardReadBytes();
        } else {
            bytes.release();
        }
    }

    private boolean readAnswer(ByteBuf bytes) {
        String head = bytes.toString(StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (refused || end < 0) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            refused = true;
            handler.onRefused(head.substring(0, head.indexOf('\r')));
            return false;
        }
        bytes.skipBytes(end + 4);
        upgraded = true;
        handler.onUpgraded();
        return true;
    }

    private boolean readFrame(ByteBuf bytes) throws InvalidProtocolBufferException {
        int available = bytes.readableBytes();
        if (available < 2) {
            return false;
        }
        int at = bytes.readerIndex();
        int length = bytes.getByte(at + 1);
        int header = 2;
        if (length == 126) {
            header = 4;
            length = available < header ? Integer.MAX_VALUE / 2 : bytes.getUnsignedShort(at + 2);
        } else if (length == 127) {
            header = 10;
            length = available < header ? Integer.MAX_VALUE / 2 : (int) bytes.getLong(at + 2);
        }
        if (available < header + length) {
            return false;
        }
        int limit = bytes.writerIndex();
        int end = at + header + length;
        bytes.setIndex(at + header, end);
        int opcode = bytes.getByte(at) & 0x0f;
        if (opcode == BINARY) {
            handler.onMessage(bytes, header + length);
        } else if (opcode == TEXT) {
            handler.onText(bytes, header + length);
        } else if (opcode == CLOSE) {
            handler.onClose(length < 2 ? -1 : bytes.readUnsignedShort());
        }
        bytes.setIndex(end, limit);
        return true;
    }

    /** Releases the buffers; nothing more is read. */
    public void end() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }
}
