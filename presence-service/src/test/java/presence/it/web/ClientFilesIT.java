package presence.it.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import presence.testing.client.RawHttp;
import presence.testing.process.Command;
import presence.testing.process.TestNode;

/** The files of the browser client over HTTP, as caches and pages of other origins ask for them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientFilesIT {
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;
    private String version;

    @BeforeAll
    void start() throws IOException {
        node = TestNode.alone();
        String description = Files.readString(Command.root().resolve("presence-client/package.json"));
        Matcher found = Pattern.compile("\"version\": \"([^\"]+)\"").matcher(description);
        assertThat(found.find()).isTrue();
        version = found.group(1);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.publicPort() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://elsewhere.example");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void aPageElsewhereMayImportTheClientAndKeepOneVersionForGood() throws Exception {
        HttpResponse<String> plain = ask("GET", "/presence-client.js");
        HttpResponse<String> versioned = ask("GET", "/presence-client@" + version + ".js");
        assertThat(header(plain, "cache-control")).isEqualTo("no-cache");
        assertThat(header(versioned, "cache-control")).isEqualTo(FOR_GOOD);
        for (HttpResponse<String> response : new HttpResponse[] {plain, versioned}) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(header(response, "access-control-allow-origin")).isEqualTo("*");
            assertThat(header(response, "cross-origin-resource-policy")).isEqualTo("cross-origin");
            assertThat(header(response, "content-type")).startsWith("text/javascript");
        }
        assertThat(plain.body()).contains("'./presence-wire.js'");
        assertThat(versioned.body()).contains("'./presence-wire@" + version + ".js'");
        assertThat(ask("GET", "/presence-wire@" + version + ".js").statusCode()).isEqualTo(200);
    }

    @Test
    void headTellsWhatGetWould() throws Exception {
        for (String path : new String[] {"/presence-client.js", "/presence-client@" + version + ".js"}) {
            HttpResponse<String> get = ask("GET", path);
            HttpResponse<String> head = ask("HEAD", path);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().map()).isEqualTo(get.headers().map());
            assertThat(Integer.parseInt(header(head, "content-length"))).isGreaterThan(1_000);
        }
    }

    @Test
    void whatTheClientHasIsNotSentAgain() throws Exception {
        String etag = header(ask("GET", "/presence-client.js"), "etag");
        for (String method : new String[] {"GET", "HEAD"}) {
            HttpResponse<String> again = ask(method, "/presence-client.js", "If-None-Match", etag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(header(again, "etag")).isEqualTo(etag);
            assertThat(header(again, "access-control-allow-origin")).isEqualTo("*");
        }
        // Another node with the same files has the same tags.
        try (TestNode other = TestNode.alone()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + other.publicPort() + "/presence-client.js"))
                    .header("If-None-Match", etag)
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void aConnectionGoesOnAfterAnAnswerWithoutContent() throws Exception {
        String etag = header(ask("GET", "/presence-client.js"), "etag");
        String held = "GET /presence-client.js HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + etag + "\r\n";
        try (Socket socket = RawHttp.connect(node.publicPort())) {
            socket.getOutputStream().write(RawHttp.bytes(held + "\r\n" + held + "Connection: close\r\n\r\n"));
            String answers = RawHttp.answer(socket);
            assertThat(answers.split("HTTP/1.1 304 Not Modified", -1)).hasSize(3);
            assertThat(answers).doesNotContain("transfer-encoding").endsWith("\r\n\r\n");
        }
    }
}
