package presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import presence.config.Setting;

class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");

    @Test
    void theTableOfSettingsIsTheOneInTheCode() throws IOException {
        String readme = Files.readString(README);
        String expected = Stream.of(Setting.values()).map(ReadmeTest::row).collect(Collectors.joining("\n"));
        assertThat(readme)
                .as("README.md, between the settings marks, should hold:\n" + expected)
                .contains("|---|---|---|\n" + expected + "\n<!-- /settings -->");
    }

    private static String row(Setting setting) {
        String shown = setting.defaultValue().isEmpty() ? "unset" : "`" + setting.defaultValue() + "`";
        String file =
                setting.isSecret() ? "; secret, may stand in a file named by `" + setting.fileVariable() + "`" : "";
        return "| `" + setting.name() + "` | " + shown + " | " + setting.meaning() + file + " |";
    }
}
