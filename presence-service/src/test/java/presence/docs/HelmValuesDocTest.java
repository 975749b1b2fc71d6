package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.config.Setting;

/** What the chart takes over from elsewhere: its page, the settings that its schema knows, and its copies of files. */
class HelmValuesDocTest {
    /** Settings that templates of the chart set; secrets are further ones. */
    private static final Set<Setting> SET_BY_THE_CHART = EnumSet.of(
            Setting.WS_PORT,
            Setting.OPS_PORT,
            Setting.SERVER_ID,
            Setting.PRESENCE_REDIS_CA,
            Setting.PRESENCE_REDIS_CERT,
            Setting.PRESENCE_REDIS_KEY,
            Setting.PRESENCE_DRAIN_MS,
            Setting.PRESENCE_TLS_CERT,
            Setting.PRESENCE_TLS_KEY,
            Setting.PRESENCE_AUTH,
            Setting.PRESENCE_JWT_PUBLIC_KEY,
            Setting.PRESENCE_JWT_JWKS);

    private static final int LONGEST_DEFAULT = 60;

    @Test
    void thePageListsTheValuesOfTheChart() {
        StringBuilder page = new StringBuilder();
        for (ChartValues.Value value : ChartValues.read()) {
            assertThat(value.description()).as(value.path()).isNotEmpty();
            if (!value.heading().isEmpty()) {
                page.append("\n### ")
                        .append(value.heading())
                        .append("\n\n| Value | Default | Meaning |\n|---|---|---|\n");
            }
            String shown = value.json().length() > LONGEST_DEFAULT
                    ? "see [`values.yaml`](../../" + ChartValues.FILE + ")"
                    : "`" + value.json() + "`";
            page.append("| `" + value.path() + "` | " + shown + " | " + value.description() + " |\n");
        }
        DocPage.assertGenerated(
                "docs/deployment/helm.md", "values", page.append('\n').toString());
    }

    @Test
    void thePageShowsTheSmallestExample() {
        assertThat(DocPage.read("docs/deployment/helm.md"))
                .contains(DocPage.read("docker/helm/examples/minimal.yaml").indent(3));
    }

    @Test
    void theSchemaKnowsEverySettingThatTheChartDoesNotSet() {
        String file = "docker/helm/presence/values.schema.json";
        JsonObject schema = JsonParser.parseString(DocPage.read(file)).getAsJsonObject();
        JsonObject settings = new JsonObject();
        for (Setting setting : Setting.values()) {
            if (!setting.isSecret() && !SET_BY_THE_CHART.contains(setting)) {
                settings.add(setting.name(), schema(setting));
            }
        }
        schema.getAsJsonObject("properties").getAsJsonObject("settings").add("properties", settings);
        Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
        DocPage.assertGeneratedFile(file, gson.toJson(schema) + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "docker/helm/presence/files/presence.rules.yml, docker/prometheus/presence.rules.yml",
        "docker/helm/presence/files/presence.json, docker/grafana/dashboards/presence.json"
    })
    void aTemplateReadsOnlyFilesOfTheChartSoItHoldsCopies(String copy, String source) {
        DocPage.assertGeneratedFile(copy, DocPage.read(source));
    }

    private static JsonObject schema(Setting setting) {
        JsonObject schema = new JsonObject();
        switch (setting.kind()) {
            case NUMBER -> {
                JsonArray types = new JsonArray();
                types.add("integer");
                types.add("string");
                schema.add("type", types);
                schema.addProperty("minimum", setting.least());
                schema.addProperty("maximum", setting.most());
                schema.addProperty("pattern", "^[0-9]+$");
            }
            case CHOICE -> {
                JsonArray choices = new JsonArray();
                setting.choices().forEach(choices::add);
                schema.add("enum", choices);
            }
            default -> schema.addProperty("type", "string");
        }
        return schema;
    }
}
