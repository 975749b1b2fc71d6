package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.FullHttpResponse;
import org.junit.jupiter.api.Test;

class StaticFilesTest {
    private final StaticFiles files = new StaticFiles(true);

    private int status(String path) {
        FullHttpResponse response = files.get(path);
        response.release();
        return response.status().code();
    }

    @Test
    void namesThatStrangersMakeUpAreNotKept() {
        assertThat(status("/")).isEqualTo(200);
        for (int i = 0; i < 1_000; i++) {
            assertThat(status("/demo/made-up-" + i + ".js")).isEqualTo(404);
            assertThat(status("/presence-" + "made".repeat(1 + i % 8) + ".js")).isEqualTo(404);
        }
        assertThat(files.cached()).isEqualTo(1);
    }

    @Test
    void withoutTheDemoThereIsTheClientAlone() {
        StaticFiles bare = new StaticFiles(false);
        FullHttpResponse page = bare.get("/");
        assertThat(page.status().code()).isEqualTo(404);
        page.release();
    }

    @Test
    void anyPageMayImportTheClientAndNothingElse() {
        for (String path : java.util.List.of("/presence-client.js", "/presence-wire.js", "/demo/main.js", "/")) {
            var headers = files.get(path).headers();
            boolean isClient = path.startsWith("/presence-");
            assertThat(headers.get("Access-Control-Allow-Origin")).as(path).isEqualTo(isClient ? "*" : null);
            assertThat(headers.get("Cross-Origin-Resource-Policy"))
                    .as(path)
                    .isEqualTo(isClient ? "cross-origin" : null);
        }
    }
}
