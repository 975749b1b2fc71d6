package presence.ops;

import io.netty.handler.codec.http.FullHttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the operators' page, read from the jar once. Immutable. */
final class OpsPage {
    private static final String FOLDER = "/presence/ops/";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /**
     * Scripts and styles come from files of this port only, and no text can become an element: the page shows names that
     * strangers chose.
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private final Map<String, ServedFile> files = new LinkedHashMap<>();

    OpsPage() {
        add("/", "index.html", "text/html; charset=utf-8");
        add("/page/page.css", "page.css", "text/css; charset=utf-8");
        add("/page/icon.svg", "icon.svg", "image/svg+xml");
        for (String script : List.of("main.js", "sections.js", "elements.js", "figures.js")) {
            add("/page/" + script, script, SCRIPT);
        }
    }

    private void add(String path, String name, String type) {
        byte[] content = ServedFile.load(FOLDER + name)
                .orElseThrow(() -> new IllegalStateException("the jar lacks " + FOLDER + name));
        files.put(path, ServedFile.of(content, type));
    }

    /**
     * Returns the file at {@code path}, or 304 if the client has it; empty if there is none.
     *
     * @param ifNoneMatch the values of this header
     */
    Optional<FullHttpResponse> get(String path, List<String> ifNoneMatch) {
        return Optional.ofNullable(files.get(path)).map(file -> {
            FullHttpResponse response = file.answer(ifNoneMatch, POLICY);
            response.headers()
                    .set("Referrer-Policy", "no-referrer")
                    .set("Cross-Origin-Opener-Policy", "same-origin")
                    .set("Cross-Origin-Resource-Policy", "same-origin");
            return response;
        });
    }
}
