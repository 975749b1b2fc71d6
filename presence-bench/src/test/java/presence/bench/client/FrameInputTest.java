package presence.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameInputTest {
    private final List<String> events = new ArrayList<>();

    private static ByteBuf everything() {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeCharSequence(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", StandardCharsets.US_ASCII);
        bytes.writeByte(0x82).writeByte(0);
        bytes.writeByte(0x82).writeByte(125).writeZero(125);
        bytes.writeByte(0x82).writeByte(126).writeShort(300).writeZero(300);
        bytes.writeByte(0x89).writeByte(1).writeZero(1);
        bytes.writeByte(0x82).writeByte(127).writeLong(70_000).writeZero(70_000);
        return bytes.writeByte(0x88).writeByte(2).writeShort(4008);
    }

    @Test
    void findsTheSameFramesHoweverTheBytesArrive() throws InvalidProtocolBufferException {
        long seed = System.nanoTime();
        System.out.println("FrameInputTest seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            events.clear();
            FrameInput fresh = new FrameInput(handler());
            ByteBuf bytes = everything();
            while (bytes.isReadable()) {
                int size = Math.min(bytes.readableBytes(), random.nextInt(1, 1 << random.nextInt(1, 18)));
                fresh.read(Unpooled.copiedBuffer(bytes.readSlice(size)));
            }

            assertThat(events)
                    .as("seed %d", seed)
                    .containsExactly("upgraded", "0 of 2", "125 of 127", "300 of 304", "70000 of 70010", "closed 4008");
        }
    }

    private FrameInput.Handler handler() {
        return new FrameInput.Handler() {
            @Override
            public void onUpgraded() {
                events.add("upgraded");
            }

            @Override
            public void onRefused(String statusLine) {
                events.add(statusLine);
            }

            @Override
            public void onMessage(ByteBuf message, int frameBytes) {
                events.add(ByteBufUtil.getBytes(message).length + " of " + frameBytes);
            }

            @Override
            public void onClose(int code) {
                events.add("closed " + code);
            }
        };
    }

    @Test
    void tellsARefusedHandshakeOnce() throws InvalidProtocolBufferException {
        FrameInput input = new FrameInput(handler());
        input.read(Unpooled.copiedBuffer("HTTP/1.1 503 Service Unavailable\r\n\r\n", StandardCharsets.US_ASCII));
        input.read(Unpooled.copiedBuffer("more", StandardCharsets.US_ASCII));
        input.end();

        assertThat(events).containsExactly("HTTP/1.1 503 Service Unavailable");
    }
}
