package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.FullHttpResponse;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StaticFilesTest {
    private final StaticFiles files = new StaticFiles(true);

    private FullHttpResponse get(String path, String... ifNoneMatch) {
        return files.get(path, List.of(ifNoneMatch));
    }

    private String text(String path) {
        return get(path).content().toString(StandardCharsets.UTF_8);
    }

    private int status(String path) {
        FullHttpResponse response = get(path);
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
                    .filter(path -> !path.endsWith(".html"))
                    .toList();
        }
        assertThat(paths).contains("/demo/main.js", "/demo/ui/icons.svg", "/demo/styles/theme.css");
        for (String path : paths) {
            FullHttpResponse response = get(path);
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
        FullHttpResponse page = bare.get("/", List.of());
        assertThat(page.status().code()).isEqualTo(404);
        page.release();
    }

    @Test
    void anyPageMayImportTheClientAndNothingElse() {
        for (String path : List.of("/presence-client.js", "/presence-wire.js", "/demo/main.js", "/")) {
            var headers = get(path).headers();
            boolean isClient = path.startsWith("/presence-");
            assertThat(headers.get("Access-Control-Allow-Origin")).as(path).isEqualTo(isClient ? "*" : null);
            assertThat(headers.get("Cross-Origin-Resource-Policy"))
                    .as(path)
                    .isEqualTo(isClient ? "cross-origin" : null);
        }
    }

    @Test
    void aFileThatTheClientHasIsNotSentAgain() {
        for (String path : List.of("/presence-client.js", "/demo/main.js", "/")) {
            String etag = get(path).headers().get("ETag");
            assertThat(etag).as(path).matches("\"[0-9a-f]{24}\"");
            for (String held : List.of(etag, "W/" + etag, "\"other\" , " + etag, "*")) {
                FullHttpResponse response = get(path, held);
                assertThat(response.status().code()).as(held).isEqualTo(304);
                assertThat(response.content().readableBytes()).isZero();
                assertThat(response.headers().get("ETag")).isEqualTo(etag);
                assertThat(response.headers().contains("Content-Length")).isFalse();
                assertThat(response.headers().get("Access-Control-Allow-Origin"))
                        .isEqualTo(path.startsWith("/presence-") ? "*" : null);
            }
            assertThat(get(path, "\"" + "0".repeat(24) + "\"").status().code()).isEqualTo(200);
        }
        assertThat(get("/presence-wire.js").headers().get("ETag"))
                .isNotEqualTo(get("/presence-client.js").headers().get("ETag"));
    }

    @Test
    void anAddressWithTheVersionIsCachedForGoodAndImportsTheSameVersion() throws IOException {
        String version = files.clientVersion();
        assertThat(Files.readString(Path.of("..", "presence-client", "package.json")))
                .contains("\"version\": \"" + version + "\"");
        FullHttpResponse response = get("/presence-client@" + version + ".js");
        assertThat(response.status().code()).isEqualTo(200);
        assertThat(response.headers().get("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(response.headers().get("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(get("/presence-client.js").headers().get("Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/presence-client@" + version + ".js", response.headers().get("ETag"))
                        .headers()
                        .get("Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");

        Pattern imports = Pattern.compile("(?:from|import)\\s*\\(?['\"]\\./([^'\"]+)['\"]");
        List<String> seen = new ArrayList<>(List.of("presence-cursors@" + version + ".js"));
        seen.add("presence-yjs@" + version + ".js");
        seen.add("presence-client@" + version + ".js");
        for (int i = 0; i < seen.size(); i++) {
            assertThat(status("/" + seen.get(i))).as(seen.get(i)).isEqualTo(200);
            for (var found = imports.matcher(text("/" + seen.get(i))); found.find(); ) {
                assertThat(found.group(1)).endsWith("@" + version + ".js");
                if (!seen.contains(found.group(1))) {
                    seen.add(found.group(1));
                }
            }
        }
        assertThat(seen).contains("presence-wire@" + version + ".js");
        assertThat(text("/presence-client.js")).contains("'./presence-wire.js'");
    }

    @Test
    void anotherVersionIsNotServedAndTheAnswerNamesTheOneThatIs() {
        FullHttpResponse response = get("/presence-client@9.9.9.js");
        assertThat(response.status().code()).isEqualTo(404);
        assertThat(response.content().toString(StandardCharsets.UTF_8)).contains(files.clientVersion());
        // Without it a page of another origin could not tell a wrong version from no network.
        assertThat(response.headers().get("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(response.headers().get("Cache-Control")).isEqualTo("no-cache");
        assertThat(status("/presence-client@.js")).isEqualTo(404);
        assertThat(status("/presence-client@../x.js")).isEqualTo(404);
    }
}
