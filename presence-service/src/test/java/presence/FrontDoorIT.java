package presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import presence.testing.Metrics;
import presence.testing.RawHttp;
import presence.testing.TestNode;

/** Plain HTTP on the public port, by somebody who means harm. */
class FrontDoorIT {
    @Test
    void whoAsksAndReadsNothingIsClosed() throws IOException {
        byte[] requests = RawHttp.bytes("GET /presence-client.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200));
        try (TestNode node = TestNode.alone();
                Socket greedy = new Socket()) {
            greedy.setReceiveBufferSize(4_096);
            greedy.connect(new InetSocketAddress("127.0.0.1", node.publicPort()));
            OutputStream out = greedy.getOutputStream();
            // Some 30 KB for each 50 bytes: 10,000 of them would be 300 MB.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            out.write(requests);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(Metrics.get("http://127.0.0.1:" + node.publicPort() + "/healthz")
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
