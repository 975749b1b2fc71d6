package presence.bench.attack;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Sends its handshake at one byte per second ("slow loris"). */
record SlowHandshakeAttack() implements Attack {
    private static final byte[] REQUEST =
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    public String name() {
        return "slow-handshake";
    }

    @Override
    public int connections() {
        return 5_000;
    }

    @Override
    public String trace() {
        return "presence_handshake_timeouts_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        int[] said = {0};
        connection.every(
                1_000, () -> connection.write(Unpooled.wrappedBuffer(REQUEST, said[0]++ % REQUEST.length, 1), 0));
    }
}
