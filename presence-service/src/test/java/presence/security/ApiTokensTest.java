package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.config.AgentConfig;
import presence.config.ApiConfig;
import presence.config.ConfigException;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;

class ApiTokensTest {
    private static final AgentConfig NO_AGENTS = new AgentConfig("", 0, 0, 0);

    private static final String MASTER = "the token for everything";
    private static final String SECRET = "a-token-of-sixteen-bytes";
    private static final String OTHER = "another-token-of-the-test";

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FileWatch watch = new FileWatch(Duration.ofMillis(10));

    @AfterEach
    void close() {
        watch.close();
    }

    private Path file(String text) throws IOException {
        // In one step: a check between two would see an empty file.
        Path whole = Files.writeString(folder.resolve("tokens.new"), text);
        return Files.move(whole, folder.resolve("tokens"), StandardCopyOption.ATOMIC_MOVE);
    }

    private ApiTokens tokens(String master, Path file) throws ConfigException {
        return new ApiTokens(new ApiConfig(master, file.toString(), 0, NO_AGENTS), watch, new ServiceMetrics(registry));
    }

    @Test
    void grantsWhatTheLineOfATokenSays() throws Exception {
        ApiTokens tokens = tokens(
                "",
                file("# the backend of team 7\n\nbackend\t" + SECRET + " read,agents team-7/* lobby\r\n"
                        + "audit sha256:" + ApiTokenFile.digest(OTHER).toUpperCase(Locale.ROOT)
                        + " all *\n"));
        ApiToken backend = tokens.find(SECRET);
        assertThat(backend).isNotNull();
        assertThat(backend.name()).isEqualTo("backend");
        assertThat(backend.rights()).isEqualTo(Set.of(ApiRight.READ, ApiRight.AGENTS));
        assertThat(backend.allows(new BoardId("team-7/sprint"))).isTrue();
        assertThat(backend.allows(new BoardId("lobby"))).isTrue();
        assertThat(backend.allows(new BoardId("lobby2"))).isFalse();
        assertThat(backend.allowsAllBoards()).isFalse();
        ApiToken audit = tokens.find(OTHER);
        assertThat(audit).isNotNull();
        assertThat(audit.rights()).isEqualTo(Set.of(ApiRight.values()));
        assertThat(audit.allowsAllBoards()).isTrue();
        assertThat(tokens.find(SECRET + " ")).isNull();
        assertThat(tokens.find("")).isNull();
        assertThat(tokens.find(MASTER)).isNull();
        assertThat(backend.toString()).doesNotContain(SECRET).doesNotContain(backend.digest());
    }

    @Test
    void theTokenOfTheSettingGrantsEverything() throws Exception {
        ApiTokens tokens = tokens(MASTER, file("backend " + SECRET + " read b\n"));
        ApiToken master = tokens.find(MASTER);
        assertThat(master).isNotNull();
        assertThat(master.rights()).isEqualTo(Set.of(ApiRight.values()));
        assertThat(master.allowsAllBoards()).isTrue();
        assertThat(tokens.find(SECRET)).isNotNull();
        ApiTokens none = new ApiTokens(
                new ApiConfig("", "", 0, NO_AGENTS), watch, new ServiceMetrics(new SimpleMeterRegistry()));
        assertThat(none.isOn()).isFalse();
        assertThat(none.find("")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a 123456789012345 read *            | line 1: a token must have at least 16 bytes",
                "a 1234567890123456 read             | line 1 must have a name, a token, rights and patterns",
                "a/b 1234567890123456 read *         | line 1: the name must have",
                "a 1234567890123456 reed *           | line 1: the rights must be all, or some of read,signal,moderate,agents,events",
                "a 1234567890123456 read, *          | line 1: the rights must be all",
                "a sha256:12 read *                  | line 1: sha256: must be followed by 64 hexadecimal digits",
                "'#'                                 | must have 1 to 1000 tokens, not 0",
            })
    void refusesAFileThatCannotBeUsed(String line, String problem) throws Exception {
        Path file = file(line + "\n");
        assertThatThrownBy(() -> tokens("", file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("123456789012345");
    }

    @Test
    void refusesTheSameNameOrTokenTwice() throws Exception {
        Path names = file("a " + SECRET + " read *\na " + OTHER + " read *\n");
        assertThatThrownBy(() -> tokens("", names)).hasMessageContaining("line 2: a line before has the same name");
        Path same = file("a " + SECRET + " read *\nb " + SECRET + " read *\n");
        assertThatThrownBy(() -> tokens("", same)).hasMessageContaining("line 2: a line before has the same token");
    }

    @Test
    void takesAChangedFileAndKeepsTheTokensOfOneThatCannotBeUsed() throws Exception {
        ApiTokens tokens = tokens(MASTER, file("a " + SECRET + " read *\nb " + OTHER + " read *\n"));
        ApiToken first = tokens.find(SECRET);
        ApiToken other = tokens.find(OTHER);
        assertThat(first).isNotNull();
        assertThat(other).isNotNull();
        assertThat(tokens.isCurrent(first)).isTrue();

        file("a " + SECRET + " read b\n");
        await().until(() -> tokens.find(OTHER) == null);
        assertThat(tokens.isCurrent(first)).as("its boards are others").isFalse();
        assertThat(tokens.isCurrent(other)).isFalse();

        file("a short read *\n");
        await().until(() -> counted("failed") == 1);
        assertThat(tokens.find(SECRET)).isNotNull();
        assertThat(tokens.find(MASTER)).isNotNull();
        assertThat(counted("taken")).isEqualTo(1);
    }

    private double counted(String result) {
        return registry.get("presence.api.token.reads")
                .tag("result", result)
                .counter()
                .count();
    }
}
