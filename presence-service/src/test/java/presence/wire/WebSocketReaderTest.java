package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.testing.random.Seeded;

class WebSocketReaderTest {
    private static final int LIMIT = 70_000;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final List<String> received = new ArrayList<>();
    private final WebSocketReader reader = new WebSocketReader(LIMIT, new WebSocketReader.Handler() {
        @Override
        public void onBinary(ByteBuf message) {
            received.add("binary " + ByteBufUtil.hexDump(message));
        }

        @Override
        public void onText() {
            received.add("text");
        }

        @Override
        public void onPing(ByteBuf payload) {
            received.add("ping " + ByteBufUtil.hexDump(payload));
        }

        @Override
        public void onPong() {
            received.add("pong");
        }

        @Override
        public void onClose(int code) {
            received.add("close " + code);
        }
    });

    @AfterEach
    void everythingIsGivenBack() {
        reader.end();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .isZero();
    }

    private void read(ByteBuf bytes) throws WireException {
        ByteBuf arrived = allocator.buffer().writeBytes(bytes);
        try {
            reader.read(arrived);
        } finally {
            arrived.release();
        }
    }

    private void read(String hex) throws WireException {
        read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    /** The bytes that Netty's client encodes these frames to, masked. */
    private static ByteBuf encoded(WebSocketFrame... frames) {
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        ByteBuf bytes = Unpooled.buffer();
        for (WebSocketFrame frame : frames) {
            client.writeOutbound(frame);
            for (ByteBuf part = client.readOutbound(); part != null; part = client.readOutbound()) {
                bytes.writeBytes(part);
                part.release();
            }
        }
        client.finishAndReleaseAll();
        return bytes;
    }

    private static ByteBuf random(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Unpooled.wrappedBuffer(bytes);
    }

    @Test
    void readsTheExampleOfTheStandard() throws WireException {
        // RFC 6455, section 5.7: "Hello", masked; here as a binary message.
        read("82 85 37fa213d 7f9f4d5158");
        assertThat(received).containsExactly("binary 48656c6c6f");
    }

    /** Reads any frames of a client, in any pieces. */
    @Tag("property")
    @Test
    void readsTheFramesOfNettysClient() {
        Seeded.check(200, this::readsTheFramesOfNettysClient);
    }

    private void readsTheFramesOfNettysClient(Random random) throws WireException {
        received.clear();
        List<String> expected = new ArrayList<>();
        ByteBuf sent = Unpooled.buffer();
        for (int message = 0; message < 12; message++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    ByteBuf payload = random(random, random.nextInt(126));
                    expected.add("ping " + ByteBufUtil.hexDump(payload));
                    sent.writeBytes(encoded(new PingWebSocketFrame(payload)));
                }
                case 1 -> {
                    expected.add("pong");
                    sent.writeBytes(encoded(new PongWebSocketFrame(random(random, random.nextInt(20)))));
                }
                case 2 -> {
                    expected.add("text");
                    sent.writeBytes(encoded(
                            new TextWebSocketFrame(false, 0, "some "),
                            new ContinuationWebSocketFrame(true, 0, "text")));
                }
                case 3 -> {
                    int size = List.of(0, 1, 125, 126, 65_535, 65_536).get(random.nextInt(6));
                    ByteBuf payload = random(random, size);
                    expected.add("binary " + ByteBufUtil.hexDump(payload));
                    sent.writeBytes(encoded(new BinaryWebSocketFrame(payload)));
                }
                case 4 -> {
                    ByteBuf payload = random(random, 3 + random.nextInt(300));
                    expected.add("ping ");
                    expected.add("binary " + ByteBufUtil.hexDump(payload));
                    int cut = random.nextInt(payload.readableBytes());
                    sent.writeBytes(encoded(
                            new BinaryWebSocketFrame(false, 0, payload.copy(0, cut)),
                            new ContinuationWebSocketFrame(false, 0, Unpooled.EMPTY_BUFFER),
                            new PingWebSocketFrame(),
                            new ContinuationWebSocketFrame(true, 0, payload.copy(cut, payload.readableBytes() - cut))));
                }
                default -> {
                    ByteBuf payload = random(random, 12);
                    expected.add("binary " + ByteBufUtil.hexDump(payload));
                    sent.writeBytes(encoded(new BinaryWebSocketFrame(payload)));
                }
            }
        }
        expected.add("close 1001");
        sent.writeBytes(encoded(new CloseWebSocketFrame(1001, "bye")));
        while (sent.isReadable()) {
            int piece = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(2_000);
            read(sent.readSlice(Math.min(piece, sent.readableBytes())));
        }
        assertThat(received).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "82 02 2200, unmasked client frame",
        "c2 80 00000000, reserved bits set without an extension",
        "83 80 00000000, unknown opcode",
        "8b 80 00000000, unknown opcode",
        "80 80 00000000, continuation frame without a message",
        "02 80 00000000 82 80 00000000, new message inside a fragmented one",
        "09 80 00000000, control frame fragmented or too long",
        "89 fe 0080 00000000, control frame fragmented or too long",
        "82 fe 007d 00000000, length not in its shortest form",
        "82 ff 000000000000ffff 00000000, length not in its shortest form",
        "82 ff 8000000000000001 00000000, length not in its shortest form",
        "88 81 00000000 03, close code of one byte",
        "88 82 00000000 03ed, close code 1005"
    })
    void refusesInvalidClientFrames(String hex, String why) {
        assertThatThrownBy(() -> read(hex)).isInstanceOfSatisfying(WireException.class, refused -> {
            assertThat(refused.close()).isEqualTo(CloseReason.PROTOCOL_ERROR);
            assertThat(refused.detail()).isEqualTo(why);
        });
        assertThat(received).isEmpty();
    }

    @Test
    void refusesATooLargeMessageBeforeItHasCome() {
        assertThatThrownBy(() -> read("82 ff 0000000000011171 00000000"))
                .isInstanceOfSatisfying(
                        WireException.class,
                        refused -> assertThat(refused.close()).isEqualTo(CloseReason.TOO_BIG));
    }

    @Test
    void refusesTooLargeAMessageInFragments() throws WireException {
        read(encoded(new BinaryWebSocketFrame(false, 0, random(new Random(1), 60_000))));
        ByteBuf rest = encoded(new ContinuationWebSocketFrame(true, 0, random(new Random(1), 10_001)));
        assertThatThrownBy(() -> read(rest))
                .isInstanceOfSatisfying(
                        WireException.class,
                        refused -> assertThat(refused.close()).isEqualTo(CloseReason.TOO_BIG));
    }

    @Test
    void keepsNoMoreThanHasArrivedOfALargeFrame() throws WireException {
        read("82 fe ffff 00000000 00");
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .isLessThan(100);
    }

    @Test
    void keepsLittleForTheBeginningOfASmallFrameBehindManyWholeOnes() throws WireException {
        // 131 bytes each, so that neither read ends where a frame does.
        byte[] pings = new byte[131 * 400];
        for (int at = 0; at < pings.length; at += 131) {
            pings[at] = (byte) 0x89;
            pings[at + 1] = (byte) (0x80 | 125);
        }
        read(Unpooled.wrappedBuffer(pings, 0, 20_000));
        read(Unpooled.wrappedBuffer(pings, 20_000, 30_000));
        assertThat(reader.keptBytes()).isBetween(1, 1_024);
        read(Unpooled.wrappedBuffer(pings, 50_000, pings.length - 50_000));
        assertThat(reader.keptBytes()).isZero();
        assertThat(received).hasSize(400);
    }

    @Test
    void readsNothingMoreAfterAnError() throws WireException {
        assertThatThrownBy(() -> read("82 02 2200")).isInstanceOf(WireException.class);
        read(encoded(new BinaryWebSocketFrame(random(new Random(1), 5))));
        assertThat(received).isEmpty();
    }

    @Test
    void aCloseWithoutACodeIsACloseToo() throws WireException {
        read("88 80 00000000");
        assertThat(received).containsExactly("close -1");
    }
}
