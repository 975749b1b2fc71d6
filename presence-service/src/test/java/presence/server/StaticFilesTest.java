package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.FullHttpResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StaticFilesTest {
    private final StaticFiles files = new StaticFiles(true);

    private int status(String path) {
        FullHttpResponse response = files.get(path);
        response.release();
        return response.status().code();
    }

    @Test
    void namesThatDoNotExistAreNotCached() {
        assertThat(status("/")).isEqualTo(200);
        for (int i = 0; i < 1_000; i++) {
            assertThat(status("/demo/made-up-" + i + ".js")).isEqualTo(404);
            assertThat(status("/presence-" + "made".repeat(1 + i % 8) + ".js")).isEqualTo(404);
        }
        assertThat(files.cached()).isEqualTo(1);
    }

    @Test
    void everyFileOfTheDemoIsServedAsWhatItIs() throws IOException {
        Path folder = Path.of("..", "presence-demo", "src");
        List<String> paths;
        try (Stream<Path> all = Files.walk(folder)) {
            paths = all.filter(Files::isRegularFile)
                    .map(file -> "/demo/" + folder.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(path -> !path.equals("/demo/index.html"))
                    .toList();
        }
        assertThat(paths).contains("/demo/main.js", "/demo/ui/icons.svg", "/demo/styles/theme.css");
        for (String path : paths) {
            FullHttpResponse response = files.get(path);
            assertThat(response.status().code()).as(path).isEqualTo(200);
            assertThat(response.headers().get("Content-Type"))
                    .as(path)
                    .matches("text/.*; charset=utf-8|image/svg\\+xml");
            assertThat(response.headers().get("Content-Security-Policy"))
                    .as(path)
                    .startsWith("default-src 'self'");
            assertThat(response.headers().get("Cache-Control")).as(path).isEqualTo("no-cache");
            response.release();
        }
    }

    @Test
    void noPathLeadsOutOfTheDemo() {
        for (String path : List.of("/demo/../client/presence-client.js", "/demo/ui/../main.js", "/demo//main.js")) {
            assertThat(status(path)).as(path).isEqualTo(404);
        }
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
        for (String path : List.of("/presence-client.js", "/presence-wire.js", "/demo/main.js", "/")) {
            var headers = files.get(path).headers();
            boolean isClient = path.startsWith("/presence-");
            assertThat(headers.get("Access-Control-Allow-Origin")).as(path).isEqualTo(isClient ? "*" : null);
            assertThat(headers.get("Cross-Origin-Resource-Policy"))
                    .as(path)
                    .isEqualTo(isClient ? "cross-origin" : null);
        }
    }
}
