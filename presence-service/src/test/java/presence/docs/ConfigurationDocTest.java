package presence.docs;

import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.config.DevSettings;
import presence.config.Setting;

class ConfigurationDocTest {
    /** Headings of the page, by the first setting below each. */
    private static final Map<Setting, String> SECTIONS = Map.ofEntries(
            Map.entry(Setting.WS_PORT, "Public port"),
            Map.entry(Setting.OPS_PORT, "Operators' port"),
            Map.entry(Setting.SERVER_ID, "Node and Redis"),
            Map.entry(Setting.PRESENCE_TTL_SECONDS, "Cluster"),
            Map.entry(Setting.PRESENCE_TICK_HZ, "Boards and timeouts"),
            Map.entry(Setting.PRESENCE_MAX_CONNECTIONS, "Limits: connections"),
            Map.entry(Setting.PRESENCE_JOINS_PER_SECOND, "Limits: rates"),
            Map.entry(Setting.PRESENCE_MAX_BOARD_MEMBERS, "Limits: numbers, sizes, memory"),
            Map.entry(Setting.PRESENCE_ALLOWED_ORIGINS, "Origins and TLS"),
            Map.entry(Setting.PRESENCE_AUTH, "Tokens"),
            Map.entry(Setting.PRESENCE_API_TOKEN, "HTTP API"),
            Map.entry(Setting.PRESENCE_TRANSPORT, "Process"));

    @Test
    void theTablesOfSettingsAreThoseInTheCode() {
        StringBuilder page = new StringBuilder();
        for (Setting setting : Setting.values()) {
            String section = SECTIONS.get(setting);
            if (section != null) {
                page.append("\n### ").append(section).append("\n\n| Variable | Default | Meaning |\n|---|---|---|\n");
            }
            page.append(row(setting)).append('\n');
        }
        DocPage.assertGenerated(
                "docs/configuration.md", "settings", page.append('\n').toString());
    }

    @Test
    void theTableOfDevModeIsThatInTheCode() {
        StringBuilder table = new StringBuilder("| Variable | Default with `--dev` | Otherwise |\n|---|---|---|\n");
        DevSettings.values()
                .forEach((setting, value) ->
                        table.append("| `%s` | `%s` | `%s` |\n".formatted(setting, value, setting.defaultValue())));
        DocPage.assertGenerated("docs/configuration.md", "dev", table.toString());
    }

    private static String row(Setting setting) {
        String shown = setting.defaultValue().isEmpty() ? "unset" : "`" + setting.defaultValue() + "`";
        String file =
                setting.isSecret() ? "; secret, may stand in a file named by `" + setting.fileVariable() + "`" : "";
        return "| `" + setting.name() + "` | " + shown + " | " + setting.meaning() + file + " |";
    }
}
