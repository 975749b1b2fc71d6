package presence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.config.GivenSettings;
import presence.config.Setting;

class ConfigCommandTest {
    @TempDir
    Path folder;

    private GivenSettings given() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "hunter2".repeat(8));
        return new GivenSettings(
                Map.of(
                        "REDIS_URL", "redis://u:hunter2@h",
                        "PRESENCE_AUTH", "jwt",
                        "PRESENCE_JWT_SECRET_FILE", secret.toString(),
                        "SERVER_ID", "blue\u001b[2J"),
                Map.of("WS_PORT", "4000"));
    }

    @Test
    void oneLineASettingWithItsSource() throws Exception {
        String text = ConfigCommand.text(given().effective());
        assertThat(text.lines()).hasSize(Setting.values().length);
        assertThat(text)
                .containsPattern("(?m)^WS_PORT +4000 +option$")
                .containsPattern("(?m)^OPS_PORT +9464 +default$")
                .containsPattern("(?m)^PRESENCE_AUTH +jwt +environment$")
                .containsPattern("(?m)^REDIS_URL +\\(set\\) +environment$")
                .containsPattern("(?m)^PRESENCE_JWT_SECRET +\\(set\\) +file .*/secret$")
                .containsPattern("(?m)^PRESENCE_JWT_ISSUER +\\(unset\\) +default$")
                .contains("blue\\u001b[2J")
                .doesNotContain("hunter2", "\u001b");
    }

    @Test
    void theSameForPrograms() throws Exception {
        String json = ConfigCommand.json(given().effective());
        JsonObject all = JsonParser.parseString(json).getAsJsonObject();
        assertThat(all.keySet()).hasSize(Setting.values().length);
        assertThat(all.get("WS_PORT")).hasToString("{\"value\":\"4000\",\"source\":\"option\"}");
        assertThat(all.get("REDIS_URL")).hasToString("{\"set\":true,\"source\":\"environment\"}");
        assertThat(all.getAsJsonObject("PRESENCE_JWT_SECRET").get("file").getAsString())
                .endsWith("/secret");
        assertThat(json).doesNotContain("hunter2", "\u001b");
    }
}
