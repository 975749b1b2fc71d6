package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.testing.Requires;
import presence.testing.process.Command;
import presence.testing.process.Tool;

/** GitHub workflows before GitHub runs them: syntax, expressions, references between jobs; what an attacker could use. */
class WorkflowsIT {
    /** Optional in CI: it is built by a Go that Debian 12 does not have. */
    @Test
    @Requires(value = Tool.ACTIONLINT, inCi = false)
    void actionlintFindsNothing() {
        Command.Result result = Command.in(Command.root()).run(Duration.ofMinutes(1), List.of(Tool.ACTIONLINT.path()));
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    @Requires(Tool.ZIZMOR)
    void zizmorFindsNothing() {
        Command.Result result = Command.in(Command.root())
                .run(Duration.ofMinutes(1), List.of(Tool.ZIZMOR.path(), "--offline", ".github"));
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
