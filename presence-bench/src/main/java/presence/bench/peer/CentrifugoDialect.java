package presence.bench.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import presence.bench.client.ClientFrames;

/**
 * Centrifugo's protobuf protocol, read and written by hand: messages hold commands or replies, each behind its length. A
 * board is a channel, a position a publication whose data are ten bytes. Centrifugo answers every command, and sends a
 * user its own publications, too.
 */
final class CentrifugoDialect implements Dialect {
    private static final int ID = 1;
    private static final int CONNECT_ID = 1;
    private static final int SUBSCRIBE_ID = 2;
    private static final int PUBLISH_ID = 3;

    private static final int COMMAND_CONNECT = 4;
    private static final int COMMAND_SUBSCRIBE = 5;
    private static final int COMMAND_PUBLISH = 7;
    /** Of the requests to subscribe and to publish. */
    private static final int REQUEST_CHANNEL = 1;

    private static final int REQUEST_DATA = 2;

    private static final int REPLY_ERROR = 2;
    private static final int REPLY_PUSH = 4;
    private static final int PUSH_PUBLICATION = 4;
    private static final int PUBLICATION_DATA = 4;

    private static final int POSITION = 10;

    @Override
    public ByteBuf handshake(ByteBufAllocator buffers, URI url, String board) {
        return ClientFrames.handshake(
                buffers,
                url.getAuthority(),
                "/connection/websocket",
                "Sec-WebSocket-Protocol: centrifuge-protobuf\r\n");
    }

    @Override
    public void upgraded(PeerUser user) {
        user.send(command(user, CONNECT_ID, COMMAND_CONNECT, new byte[0]));
    }

    @Override
    public ByteBuf move(PeerUser user, int x, int y) {
        ByteBuffer position = ByteBuffer.allocate(POSITION);
        position.putShort((short) user.index()).putInt(x).putInt(y);
        return command(user, PUBLISH_ID, COMMAND_PUBLISH, request(user, position.array()));
    }

    private static byte[] request(PeerUser user, byte[] data) {
        return bytes(out -> {
            out.writeString(REQUEST_CHANNEL, user.board());
            if (data.length > 0) {
                out.writeByteArray(REQUEST_DATA, data);
            }
        });
    }

    private static ByteBuf command(PeerUser user, int id, int field, byte[] request) {
        byte[] command = bytes(out -> {
            out.writeUInt32(ID, id);
            out.writeByteArray(field, request);
        });
        return ClientFrames.frame(user.buffers(), ClientFrames.BINARY, bytes(out -> out.writeByteArrayNoTag(command)));
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);
        try {
            writing.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void read(PeerUser user, ByteBuf message) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(message.nioBuffer());
            while (!in.isAtEnd()) {
                int end = in.pushLimit(in.readRawVarint32());
                if (in.isAtEnd()) {
                    // An empty reply is a ping; an empty command answers it.
                    user.send(ClientFrames.frame(user.buffers(), ClientFrames.BINARY, new byte[1]));
                } else {
                    readReply(user, in);
                }
                in.popLimit(end);
            }
        } catch (IOException e) {
            user.onError("centrifugo: " + e);
        }
    }

    private static void readReply(PeerUser user, CodedInputStream in) throws IOException {
        int id = 0;
        boolean refused = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case ID -> id = in.readUInt32();
                case REPLY_PUSH ->
                    readWithin(
                            in,
                            PUSH_PUBLICATION,
                            () -> readWithin(in, PUBLICATION_DATA, () -> {
                                int length = in.readRawVarint32();
                                if (length == POSITION) {
                                    int index = (in.readRawByte() & 0xff) << 8 | in.readRawByte() & 0xff;
                                    int x = Integer.reverseBytes(in.readRawLittleEndian32());
                                    in.skipRawBytes(4);
                                    user.onPosition(index, x);
                                } else {
                                    in.skipRawBytes(length);
                                }
                            }));
                case REPLY_ERROR -> {
                    refused = true;
                    user.onError("centrifugo: " + in.readBytes().toStringUtf8());
                }
                default -> in.skipField(tag);
            }
        }
        if (id == CONNECT_ID && !refused) {
            user.send(command(user, SUBSCRIBE_ID, COMMAND_SUBSCRIBE, request(user, ByteString.EMPTY.toByteArray())));
        } else if (id == SUBSCRIBE_ID && !refused) {
            user.onBoard();
        }
    }

    private interface Reading {
        void run() throws IOException;
    }

    /** Reads an embedded message: one field of it by {@code reading}, and skips the others. */
    private static void readWithin(CodedInputStream in, int field, Reading reading) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                reading.run();
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(end);
    }
}
