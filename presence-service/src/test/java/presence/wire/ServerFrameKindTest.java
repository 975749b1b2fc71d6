package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import presence.proto.ServerFrame;

class ServerFrameKindTest {
    private final WireEncoder encoder = new WireEncoder(UnpooledByteBufAllocator.DEFAULT);

    private static ServerFrameKind kindOf(ByteBuf frame) {
        try {
            return ServerFrameKind.of(frame);
        } finally {
            frame.release();
        }
    }

    @Test
    void standsWhereItsFieldDoes() {
        for (ServerFrame.FrameCase field : ServerFrame.FrameCase.values()) {
            if (field != ServerFrame.FrameCase.FRAME_NOT_SET) {
                assertThat(ServerFrameKind.values()[field.getNumber()].name()).isEqualTo(field.name());
            }
        }
        assertThat(ServerFrameKind.values()).hasSameSizeAs(ServerFrame.FrameCase.values());
    }

    @Test
    void isReadBehindHeadersOfEveryLength() {
        assertThat(kindOf(encoder.heartbeatAck(1, 2))).isEqualTo(ServerFrameKind.HEARTBEAT_ACK);
        assertThat(kindOf(encoder.signal(1, 2, "x", new byte[300]))).isEqualTo(ServerFrameKind.SIGNAL);
        assertThat(kindOf(encoder.signal(1, 2, "x", new byte[70_000]))).isEqualTo(ServerFrameKind.SIGNAL);
    }

    @Test
    void ofWhatIsNoMessageIsControl() {
        assertThat(kindOf(encoder.ping())).isEqualTo(ServerFrameKind.CONTROL);
        assertThat(kindOf(encoder.close(1000, "normal"))).isEqualTo(ServerFrameKind.CONTROL);
    }
}
