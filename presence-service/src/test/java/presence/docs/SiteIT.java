package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.testing.Requires;
import presence.testing.process.Command;
import presence.testing.process.NodeTests;
import presence.testing.process.Tool;

/** The documentation site: it is built without a warning, and {@code site/site.test.mjs} passes in Chromium. */
@Requires({Tool.MKDOCS, Tool.NODE, Tool.NPM, Tool.CHROMIUM})
class SiteIT {
    @Test
    void theSiteIsBuiltAndWorks() {
        NodeTests.installPackages();
        Command.Result build = Command.in(Command.root()).run(Duration.ofMinutes(2), List.of("bash", "site/build"));
        assertThat(build.exitCode()).as(build.output()).isZero();
        Command.Result check = Command.in(Command.root())
                .with("CHROMIUM", Tool.CHROMIUM.path())
                .run(Duration.ofMinutes(4), List.of(Tool.NODE.path(), "--test", "site/site.test.mjs"));
        assertThat(check.exitCode()).as(check.output()).isZero();
        assertThat(check.output()).contains("# fail 0").contains("# skipped 0").doesNotContain("# pass 0");
    }
}
