package presence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JmhCommandTest {
    @Test
    void measuresAllocationUnlessToldOtherwise() {
        assertThat(JmhCommand.withProfiler(List.of("CursorDecode", "-f", "1")))
                .containsExactly("CursorDecode", "-f", "1", "-prof", "gc");
        assertThat(JmhCommand.withProfiler(List.of("-prof", "stack"))).containsExactly("-prof", "stack");
    }
}
