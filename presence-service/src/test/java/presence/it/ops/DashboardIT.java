package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.testing.files.MonitoringFiles;
import presence.testing.files.Promql;

/** Checks the dashboard as far as possible without Grafana. */
class DashboardIT {
    private static List<JsonObject> charts() {
        return MonitoringFiles.panels().stream()
                .filter(panel -> !text(panel, "type").equals("row"))
                .toList();
    }

    private static String text(JsonObject parent, String key) {
        return parent.get(key).getAsString();
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndOverlapNowhere() {
        List<JsonObject> panels = MonitoringFiles.panels();
        assertThat(panels.stream().map(panel -> panel.get("id").getAsInt())).doesNotHaveDuplicates();
        boolean[][] taken = new boolean[1_000][24];
        for (JsonObject panel : panels) {
            JsonObject at = panel.getAsJsonObject("gridPos");
            for (int y = 0; y < at.get("h").getAsInt(); y++) {
                for (int x = 0; x < at.get("w").getAsInt(); x++) {
                    boolean[] line = taken[at.get("y").getAsInt() + y];
                    int column = at.get("x").getAsInt() + x;
                    assertThat(line[column]).as(text(panel, "title")).isFalse();
                    line[column] = true;
                }
            }
        }
    }

    @Test
    void everyPanelSaysWhatItShowsAndInWhichUnit() {
        assertThat(charts()).isNotEmpty().allSatisfy(panel -> {
            assertThat(text(panel, "title")).isNotBlank();
            assertThat(text(panel, "description")).endsWith(".");
            assertThat(text(panel.getAsJsonObject("fieldConfig").getAsJsonObject("defaults"), "unit"))
                    .isNotBlank();
        });
        assertThat(charts().stream().map(panel -> text(panel, "title"))).doesNotHaveDuplicates();
    }

    @Test
    void everythingAsksTheDatasourceThatIsProvisioned() {
        List<Map<String, Object>> datasources =
                MonitoringFiles.entries(MonitoringFiles.yaml(MonitoringFiles.DATASOURCES), "datasources");
        assertThat(datasources).hasSize(1);
        String uid = datasources.get(0).get("uid").toString();
        for (JsonObject panel : charts()) {
            assertThat(text(panel.getAsJsonObject("datasource"), "uid")).isEqualTo(uid);
            for (JsonElement target : panel.getAsJsonArray("targets")) {
                assertThat(text(target.getAsJsonObject().getAsJsonObject("datasource"), "uid"))
                        .isEqualTo(uid);
            }
        }
        JsonObject variable = MonitoringFiles.dashboard()
                .getAsJsonObject("templating")
                .getAsJsonArray("list")
                .get(0)
                .getAsJsonObject();
        assertThat(text(variable, "name")).isEqualTo("instance");
        assertThat(text(variable.getAsJsonObject("datasource"), "uid")).isEqualTo(uid);
    }

    @Test
    void noPanelTellsBoardsOrUsersApart() {
        assertThat(MonitoringFiles.dashboardExpressions())
                .isNotEmpty()
                .allSatisfy(expression -> assertThat(Promql.labels(expression)).isSubsetOf(MonitoringFiles.LABELS));
    }
}
