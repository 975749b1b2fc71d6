package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import presence.testing.Requires;
import presence.testing.files.HelmChart;
import presence.testing.files.KubernetesFolder;
import presence.testing.process.Tool;

/** Files in the repository that Helm renders from the chart. */
@Requires(Tool.HELM)
class HelmRenderedDocIT {
    private static final List<String> EXAMPLES = HelmChart.EXAMPLES;

    @Test
    void thePlainManifestsAreMadeByTheChart() {
        Map<String, String> rendered =
                HelmChart.template(List.of("-f", "docker/kubernetes/chart-values.yaml", "--skip-tests"));
        assertThat(rendered.keySet())
                .containsExactlyInAnyOrderElementsOf(KubernetesFolder.objects().keySet());
        rendered.forEach((name, text) -> DocPage.assertGeneratedFile(
                "docker/kubernetes/" + name,
                "# Made by `make docs` from docker/helm/presence/templates/" + name
                        + " and chart-values.yaml: change those.\n" + text));
    }

    @ParameterizedTest
    @FieldSource("EXAMPLES")
    void anExampleOfValuesRendersAsItDidBefore(String example) {
        StringBuilder text = new StringBuilder("# Made by `make docs` from ../" + example + ".yaml.\n");
        HelmChart.template(List.of("-f", "docker/helm/examples/" + example + ".yaml"))
                .forEach((name, object) -> text.append("---\n# Source: presence/templates/")
                        .append(name)
                        .append('\n')
                        .append(withoutDashboard(object)));
        DocPage.assertGeneratedFile("docker/helm/examples/rendered/" + example + ".yaml", text.toString());
    }

    /** The dashboard is 100 kB; HelmChartIT compares it. */
    private static String withoutDashboard(String object) {
        return object.replaceFirst(
                "(?s)( {2}presence\\.json:) \\|\n.*", "$1 docker/grafana/dashboards/presence.json\n");
    }
}
