package presence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JmhCommandTest {
    @Test
    void measuresAllocationUnlessToldOtherwise() {
        assertThat(JmhCommand.withProfiler(List.of("CursorReceive", "-f", "1")))
                .containsExactly("CursorReceive", "-f", "1", "-prof", "gc");
        assertThat(JmhCommand.withProfiler(List.of("-prof", "stack"))).containsExactly("-prof", "stack");
    }
}
