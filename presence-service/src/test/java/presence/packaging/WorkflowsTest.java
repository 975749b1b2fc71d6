package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowsTest {
    @Test
    void jobsMayLittleForALimitedTimeAndUseActionsPinnedByDigest() {
        assertThat(new Workflows(Path.of("..", ".github", "workflows")).breaches())
                .isEmpty();
    }

    @Test
    void breachesAreFound(@TempDir Path folder) throws IOException {
        String digest = "0123456789abcdef0123456789abcdef01234567";
        Files.writeString(folder.resolve("a.yml"), """
                permissions: {}
                concurrency: one
                jobs:
                  good:
                    permissions: {}
                    timeout-minutes: 5
                    steps:
                      - uses: owner/action@%s # v1.2.3
                  called:
                    permissions: {}
                    uses: ./.github/workflows/b.yml
                """.formatted(digest));
        Files.writeString(folder.resolve("b.yml"), """
                permissions: read-all
                jobs:
                  endless:
                    steps:
                      - uses: owner/action@v1
                      - uses: owner/other@%s
                """.formatted(digest));
        assertThat(new Workflows(folder).breaches())
                .containsExactlyInAnyOrder(
                        "b.yml: grants permissions to all of its jobs",
                        "b.yml: has no concurrency",
                        "b.yml: endless does not say what it may do",
                        "b.yml: endless has no timeout",
                        "b.yml: owner/action@v1 is not pinned by the digest of a commit",
                        "b.yml: owner/other@" + digest + " does not say its version",
                        "b.yml: owner/action@v1 is owner/action@" + digest + " elsewhere");
    }
}
