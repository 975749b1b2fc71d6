package presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import presence.config.ServiceConfig;

class WarmUpTest {
    private static final LongSupplier CLOCK = () -> System.nanoTime() / 1_000_000;

    @Test
    void everyUserJoins() throws Exception {
        int joins = WarmUp.run(ServiceConfig.from(Map.of()), Duration.ofMinutes(1), 150, CLOCK);
        assertThat(joins).isEqualTo(150);
        assertThat(threads()).noneMatch(name -> name.startsWith("presence-warm-up"));
    }

    @Test
    void endsWhenItsTimeIsOver() throws Exception {
        assertThat(WarmUp.run(ServiceConfig.from(Map.of()), Duration.ZERO, 1_000_000, CLOCK))
                .isLessThan(1_000_000);
    }

    @Test
    void nothingOfItShowsInTheNode() throws Exception {
        ServiceConfig config = ServiceConfig.from(Map.of(
                "WS_PORT", "0",
                "OPS_PORT", "0",
                "PRESENCE_BIND", "127.0.0.1",
                "PRESENCE_DRAIN_MS", "0",
                "PRESENCE_WARMUP_MS", "1000"));
        try (PresenceService service = PresenceService.start(config)) {
            String metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.opsPort() + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertThat(metrics.lines()
                            .filter(line -> line.startsWith("presence_bytes") || line.startsWith("presence_frames")))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(" 0.0"));
            assertThat(metrics.lines().filter(line -> line.startsWith("presence_connections ")))
                    .containsExactly("presence_connections 0.0");
            assertThat(threads()).noneMatch(name -> name.startsWith("presence-warm-up"));
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
