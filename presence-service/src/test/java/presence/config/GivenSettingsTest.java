package presence.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.config.GivenSettings.Effective;
import presence.config.GivenSettings.Source;

class GivenSettingsTest {
    @TempDir
    Path folder;

    private static Effective effective(GivenSettings given, Setting setting) throws ConfigException {
        return given.effective().stream()
                .filter(effective -> effective.setting() == setting)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachValueSaysWhereItComesFrom() throws ConfigException {
        GivenSettings given =
                new GivenSettings(Map.of("WS_PORT", "1", "OPS_PORT", "2", "LOG_LEVEL", " "), Map.of("WS_PORT", "3"));
        assertThat(effective(given, Setting.WS_PORT))
                .isEqualTo(new Effective(Setting.WS_PORT, "3", true, Source.OPTION, ""));
        assertThat(effective(given, Setting.OPS_PORT))
                .isEqualTo(new Effective(Setting.OPS_PORT, "2", true, Source.ENVIRONMENT, ""));
        assertThat(effective(given, Setting.LOG_LEVEL))
                .isEqualTo(new Effective(Setting.LOG_LEVEL, "info", true, Source.DEFAULT, ""));
        assertThat(effective(given, Setting.SERVER_ID))
                .isEqualTo(new Effective(Setting.SERVER_ID, "", false, Source.DEFAULT, ""));
    }

    @Test
    void aSecretIsNotAmongThem() throws Exception {
        Path file = Files.writeString(folder.resolve("url"), "redis://u:hunter2@h\n");
        GivenSettings inFile = new GivenSettings(Map.of("REDIS_URL_FILE", file.toString()), Map.of());
        assertThat(effective(inFile, Setting.REDIS_URL))
                .isEqualTo(new Effective(Setting.REDIS_URL, "", true, Source.FILE, file.toString()));
        GivenSettings inVariable = new GivenSettings(Map.of("REDIS_URL", "redis://u:hunter2@h"), Map.of());
        assertThat(effective(inVariable, Setting.REDIS_URL))
                .isEqualTo(new Effective(Setting.REDIS_URL, "", true, Source.ENVIRONMENT, ""));
        assertThat(inFile.effective().toString() + inVariable.effective()).doesNotContain("hunter2");
    }

    @Test
    void aKeySetsQueryIsNotAmongThem() throws ConfigException {
        GivenSettings given = new GivenSettings(
                Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_JWKS", "https://keys.example/set?token=hunter2"),
                Map.of());
        assertThat(effective(given, Setting.PRESENCE_JWT_JWKS).value()).isEqualTo("https://keys.example/set?…");
    }

    @Test
    void anOptionWinsOverTheOtherFormInTheEnvironment() throws ConfigException {
        GivenSettings given = new GivenSettings(
                Map.of("REDIS_URL_FILE", folder.resolve("none").toString()), Map.of("REDIS_URL", "redis://h"));
        assertThat(effective(given, Setting.REDIS_URL).source()).isEqualTo(Source.OPTION);
    }

    @Test
    void settingsThatPreventTheStartAreRefused() {
        GivenSettings given = new GivenSettings(Map.of("WS_PORT", "x"), Map.of());
        assertThatThrownBy(given::effective)
                .isInstanceOf(ConfigException.class)
                .hasMessage("WS_PORT=x must be a whole number from 0 to 65535");
    }
}
