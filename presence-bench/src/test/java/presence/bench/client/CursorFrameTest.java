package presence.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.proto.Cursors;
import presence.proto.Heartbeat;
import presence.proto.HeartbeatAck;
import presence.proto.Pace;
import presence.proto.ServerFrame;

class CursorFrameTest {
    private static final int ROUNDS = 2_000;
    private static final int COORDINATE_BITS = 26;

    private final CursorFrame frame = new CursorFrame();

    @Test
    void readsWhatProtobufWrites() {
        long seed = System.nanoTime();
        System.out.println("CursorFrameTest seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Cursors cursors = someCursors(random);

            assertThat(frame.read(Unpooled.wrappedBuffer(message(cursors).toByteArray())))
                    .isTrue();

            assertThat(frame.count()).as("seed %d", seed).isEqualTo(cursors.getSlotCount());
            List<Integer> slots = new ArrayList<>();
            List<Integer> xs = new ArrayList<>();
            while (frame.hasNext()) {
                slots.add(frame.slot());
                xs.add(frame.x());
            }
            assertThat(slots).as("seed %d", seed).isEqualTo(cursors.getSlotList());
            assertThat(xs).as("seed %d", seed).isEqualTo(cursors.getXList());
        }
    }

    private static Cursors someCursors(Random random) {
        Cursors.Builder cursors = Cursors.newBuilder().setBoardRef(random.nextInt(1 << random.nextInt(20)));
        int rows = random.nextInt(200);
        for (int row = 0; row < rows; row++) {
            cursors.addSlot(random.nextInt(1 << random.nextInt(1, 31)))
                    .addX(random.nextInt() >> random.nextInt(32 - COORDINATE_BITS, 32))
                    .addY(random.nextInt() >> random.nextInt(32 - COORDINATE_BITS, 32))
                    .addAgeMs(random.nextInt(300));
            if (random.nextInt(10) == 0) {
                cursors.addHidden(cursors.getSlot(row));
            }
        }
        return cursors.build();
    }

    private static ServerFrame message(Cursors cursors) {
        return ServerFrame.newBuilder().setCursors(cursors).build();
    }

    @Test
    void readsAMessageInTheMiddleOfABuffer() {
        byte[] bytes = message(Cursors.newBuilder().addSlot(7).addX(-3).build()).toByteArray();

        assertThat(frame.read(Unpooled.wrappedBuffer(new byte[5], bytes).skipBytes(5)))
                .isTrue();

        assertThat(frame.slot()).isEqualTo(7);
        assertThat(frame.x()).isEqualTo(-3);
        assertThat(frame.hasNext()).isFalse();
    }

    @Test
    void leavesOtherMessagesAlone() {
        List<ServerFrame> others = List.of(
                ServerFrame.getDefaultInstance(),
                ServerFrame.newBuilder().setPace(Pace.getDefaultInstance()).build(),
                ServerFrame.newBuilder()
                        .setHeartbeatAck(HeartbeatAck.newBuilder().setClientTimeMs(4))
                        .build());

        assertThat(others)
                .allSatisfy(other -> assertThat(frame.read(Unpooled.wrappedBuffer(other.toByteArray())))
                        .isFalse());
        assertThat(frame.read(
                        Unpooled.wrappedBuffer(Heartbeat.getDefaultInstance().toByteArray())))
                .isFalse();
    }
}
