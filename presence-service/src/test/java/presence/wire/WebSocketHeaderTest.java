package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "0, 8200",
        "1, 8201",
        "125, 827d",
        "126, 827e007e",
        "127, 827e007f",
        "65535, 827effff",
        "65536, 827f0000000000010000",
        "2147483647, 827f000000007fffffff"
    })
    void isTheShortestForItsPayload(int payload, String hex) {
        ByteBuf out = Unpooled.buffer();
        WebSocketHeader.writeBinary(out, payload);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
        assertThat(WebSocketHeader.size(payload)).isEqualTo(out.readableBytes());
        out.release();
    }
}
