package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static presence.testing.files.KubernetesFolder.at;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import presence.testing.files.HelmChart;
import presence.testing.files.KubernetesFolder;
import presence.testing.files.KubernetesSchema;

/** Checks the files of the chart without Helm; HelmChartIT renders it. */
class HelmChartTest {
    private static final Path CHART = HelmChart.ROOT.resolve(HelmChart.PATH);
    private static final Path RENDERED = HelmChart.ROOT.resolve("docker/helm/examples/rendered");

    private static Stream<String> renderedObjects() {
        return HelmChart.EXAMPLES.stream()
                .flatMap(example -> HelmChart.byTemplate(text(RENDERED.resolve(example + ".yaml"))).keySet().stream()
                        .map(template -> example + " " + template));
    }

    @ParameterizedTest
    @MethodSource("renderedObjects")
    void kubernetesSchemaHasNothingAgainstWhatTheExamplesRender(String object) {
        String[] words = object.split(" ");
        String text =
                HelmChart.byTemplate(text(RENDERED.resolve(words[0] + ".yaml"))).get(words[1]);
        assertThat(KubernetesSchema.complaint(KubernetesFolder.documents(text).get(0)))
                .isEmpty();
    }

    @Test
    void theSchemaListsExactlyTheValues() {
        JsonObject schema = JsonParser.parseString(text(CHART.resolve("values.schema.json")))
                .getAsJsonObject();
        schema.getAsJsonObject("properties").remove("global");
        // With the values that are null by default.
        Map<String, Object> values =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(text(CHART.resolve("values.yaml")));
        Gson gson = new GsonBuilder().serializeNulls().create();
        sameNames("", schema, gson.toJsonTree(values).getAsJsonObject());
    }

    /** The names of both; where the schema lists none, any may be written. */
    private static void sameNames(String path, JsonObject schema, JsonObject values) {
        assertThat(schema.get("additionalProperties").getAsBoolean()).as(path).isFalse();
        JsonObject properties = schema.getAsJsonObject("properties");
        if (path.equals(".settings")) {
            assertThat(properties.keySet()).containsAll(values.keySet());
            return;
        }
        assertThat(properties.keySet()).as(path).containsExactlyInAnyOrderElementsOf(values.keySet());
        values.entrySet().forEach(value -> {
            JsonObject inner = properties.getAsJsonObject(value.getKey());
            if (inner.has("properties")) {
                sameNames(path + "." + value.getKey(), inner, value.getValue().getAsJsonObject());
            }
        });
    }

    @Test
    void theChartHasTheVersionOfTheService() throws IOException {
        String pom = Files.readString(HelmChart.ROOT.resolve("pom.xml"));
        String version = Pattern.compile("<version>([0-9.]+)(-SNAPSHOT)?</version>")
                .matcher(pom)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        JsonObject chart =
                KubernetesFolder.documents(text(CHART.resolve("Chart.yaml"))).get(0);
        assertThat(at(chart, "version").getAsString()).isEqualTo(version);
        assertThat(at(chart, "appVersion").getAsString()).isEqualTo(version);
        assertThat(at(KubernetesFolder.file("kustomization.yaml"), "images.0.newTag")
                        .getAsString())
                .isEqualTo(version);
    }

    @Test
    void theChartsSettingsAreAmongThoseOfThePlainManifests() {
        Map<String, JsonElement> settings = at(
                        KubernetesFolder.documents(text(CHART.resolve("values.yaml")))
                                .get(0),
                        "settings")
                .getAsJsonObject()
                .asMap();
        assertThat(settings)
                .isNotEmpty()
                .allSatisfy((name, value) ->
                        assertThat(KubernetesFolder.settings()).containsEntry(name, value.getAsString()));
    }

    @ParameterizedTest
    @FieldSource("presence.testing.files.HelmChart#EXAMPLES")
    void theExamplesAreSafeToExpose(String example) {
        JsonObject values = KubernetesFolder.documents(
                        text(HelmChart.ROOT.resolve("docker/helm/examples/" + example + ".yaml")))
                .get(0);
        assertThat(at(values, "redis").getAsJsonObject().keySet()).isNotEmpty();
        assertThat(at(values, "auth.mode").getAsString()).isEqualTo("jwt");
        assertThat(at(values, "settings").getAsJsonObject().keySet()).contains("PRESENCE_ALLOWED_ORIGINS");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
