package presence.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromqlTest {
    private static final String EXPRESSION =
            "histogram_quantile(0.99, sum by (instance, le) (rate(a_bucket{b=~\"x|y\"}[5m])))"
                    + " / on (job) r:s:t > 1e3 and c{d=\"e\", f!=\"g\"} unless max without (h) (i offset 5m) - time()";

    @Test
    void metricsAreToldFromFunctionsKeywordsAndLabels() {
        assertThat(Promql.metrics(EXPRESSION)).containsExactlyInAnyOrder("a_bucket", "r:s:t", "c", "i");
    }

    @Test
    void selectorsKeepTheirMatchers() {
        assertThat(Promql.selectors(EXPRESSION))
                .containsExactlyInAnyOrder("a_bucket{b=~\"x|y\"}", "r:s:t", "c{d=\"e\", f!=\"g\"}", "i");
    }

    @Test
    void labelsAreThoseGroupedByAndThoseAskedFor() {
        assertThat(Promql.labels(EXPRESSION)).containsExactlyInAnyOrder("instance", "le", "b", "job", "d", "f", "h");
    }
}
