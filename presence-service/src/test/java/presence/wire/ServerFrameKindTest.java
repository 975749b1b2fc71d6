package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.proto.ServerFrame;

class ServerFrameKindTest {
    @Test
    void hasTheOrderOfTheFields() {
        for (ServerFrame.FrameCase field : ServerFrame.FrameCase.values()) {
            if (field != ServerFrame.FrameCase.FRAME_NOT_SET) {
                assertThat(ServerFrameKind.values()[field.getNumber()].name()).isEqualTo(field.name());
            }
        }
        assertThat(ServerFrameKind.values()).hasSameSizeAs(ServerFrame.FrameCase.values());
    }
}
