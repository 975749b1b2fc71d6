package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import presence.proto.ServerFrame;

class FrameKindTest {
    private final WireEncoder encoder = new WireEncoder(UnpooledByteBufAllocator.DEFAULT);

    private static FrameKind kindOf(ByteBuf frame) {
        try {
            return FrameKind.of(frame);
        } finally {
            frame.release();
        }
    }

    @Test
    void standsWhereItsFieldDoes() {
        for (ServerFrame.FrameCase field : ServerFrame.FrameCase.values()) {
            if (field != ServerFrame.FrameCase.FRAME_NOT_SET) {
                assertThat(FrameKind.values()[field.getNumber()].name()).isEqualTo(field.name());
            }
        }
        assertThat(FrameKind.values()).hasSameSizeAs(ServerFrame.FrameCase.values());
    }

    @Test
    void isReadBehindHeadersOfEveryLength() {
        assertThat(kindOf(encoder.heartbeatAck(1, 2))).isEqualTo(FrameKind.HEARTBEAT_ACK);
        assertThat(kindOf(encoder.signal(1, 2, "x", new byte[300]))).isEqualTo(FrameKind.SIGNAL);
        assertThat(kindOf(encoder.signal(1, 2, "x", new byte[70_000]))).isEqualTo(FrameKind.SIGNAL);
    }

    @Test
    void ofWhatIsNoMessageIsControl() {
        assertThat(kindOf(encoder.ping())).isEqualTo(FrameKind.CONTROL);
        assertThat(kindOf(encoder.close(1000, "normal"))).isEqualTo(FrameKind.CONTROL);
    }
}
