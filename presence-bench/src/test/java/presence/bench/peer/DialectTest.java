package presence.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each dialect sends is written out, and what a server sends is read: bytes as the real servers exchange them. */
class DialectTest {
    private static final URI URL = URI.create("ws://127.0.0.1:9/ws");

    private final List<String> seen = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();

    private final PeerUser user = new PeerUser() {
        @Override
        public String board() {
            return "b";
        }

        @Override
        public int index() {
            return 3;
        }

        @Override
        public ByteBufAllocator buffers() {
            return UnpooledByteBufAllocator.DEFAULT;
        }

        @Override
        public void send(ByteBuf frame) {
            sent.add(unmasked(frame));
        }

        @Override
        public void onBoard() {
            seen.add("on board");
        }

        @Override
        public void onPosition(int index, int x) {
            seen.add(index + " at " + x);
        }

        @Override
        public void onError(String why) {
            seen.add(why);
        }
    };

    /** Returns the payload of a masked frame as text if it is one, else in hex. */
    private static String unmasked(ByteBuf frame) {
        byte[] payload = new byte[frame.readableBytes() - 6];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (frame.getByte(6 + i) ^ frame.getByte(2 + i % 4));
        }
        boolean text = (frame.getByte(0) & 0x0f) == 1;
        frame.release();
        return text
                ? new String(payload, StandardCharsets.US_ASCII)
                : HexFormat.of().formatHex(payload);
    }

    private static ByteBuf hex(String bytes) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(bytes));
    }

    private static ByteBuf text(String message) {
        return Unpooled.copiedBuffer(message, StandardCharsets.US_ASCII);
    }

    @Test
    void aRelayedPositionIsTenBytes() {
        Dialect relay = new RelayDialect();
        String position = unmasked(relay.move(user, 16_321, 16_374));
        assertThat(position).isEqualTo("000300003fc100003ff6");
        relay.read(user, hex("00"));
        relay.read(user, hex(position));
        assertThat(seen).containsExactly("on board", "3 at 16321");
        assertThat(relay.handshake(user.buffers(), URL, "b").toString(StandardCharsets.US_ASCII))
                .startsWith("GET /?board=b HTTP/1.1\r\nHost: 127.0.0.1:9\r\n")
                .doesNotContain("Protocol");
    }

    @Test
    void socketIoConnectsAnswersPingsAndReadsEvents() {
        Dialect io = new SocketIoDialect();
        io.read(user, text("0{\"sid\":\"x\",\"pingInterval\":25000}"));
        io.read(user, text("40{\"sid\":\"y\"}"));
        io.read(user, text("42[\"joined\"]"));
        io.read(user, text("2"));
        io.read(user, text("42[\"m\",12,16321,16374]"));
        io.read(user, text("44{\"message\":\"no\"}"));
        assertThat(sent).containsExactly("40", "3");
        assertThat(seen).containsExactly("on board", "12 at 16321", "socket.io: 44{\"message\":\"no\"}");
        assertThat(unmasked(io.move(user, 16_321, 16_374))).isEqualTo("42[\"m\",3,16321,16374]");
    }

    @Test
    void centrifugoSubscribesAnswersPingsAndReadsPublications() {
        Dialect centrifugo = new CentrifugoDialect();
        centrifugo.upgraded(user);
        centrifugo.read(user, hex("05" + "0801" + "2a01" + "58"));
        centrifugo.read(user, hex("04" + "0802" + "3200"));
        centrifugo.read(user, hex("00"));
        // Two replies in one message: a publication with its channel, and the answer to a publication.
        String data = "000c00003fc100003ff6";
        centrifugo.read(user, hex("13" + "2211" + "120162" + "220c" + "220a" + data + "04" + "0803" + "4200"));
        centrifugo.read(user, hex("08" + "0803" + "1204" + "0864" + "1200"));
        assertThat(sent).containsExactly("0408012200", "0708022a030a0162", "00");
        assertThat(seen).hasSize(3).startsWith("on board", "12 at 16321");
        assertThat(seen.get(2)).startsWith("centrifugo: ");
        assertThat(unmasked(centrifugo.move(user, 16_321, 16_374)))
                .isEqualTo("1308033a0f0a0162120a" + "000300003fc100003ff6");
    }
}
