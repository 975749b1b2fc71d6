package presence.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import presence.model.Position;

class AgentPathTest {
    private static AgentPath.Point point(int atMs, int x, int y) {
        return new AgentPath.Point(atMs, new Position(x, y, false));
    }

    @Test
    void isStraightBetweenTwoPoints() {
        AgentPath path = new AgentPath(List.of(point(100, 0, 0), point(200, 100, -50), point(400, 100, 150)));
        assertThat(path.at(0)).isEqualTo(new Position(0, 0, false));
        assertThat(path.at(100)).isEqualTo(new Position(0, 0, false));
        assertThat(path.at(150)).isEqualTo(new Position(50, -25, false));
        assertThat(path.at(200)).isEqualTo(new Position(100, -50, false));
        assertThat(path.at(300)).isEqualTo(new Position(100, 50, false));
        assertThat(path.at(400)).isEqualTo(new Position(100, 150, false));
        assertThat(path.at(9_999)).isEqualTo(new Position(100, 150, false));
        assertThat(path.lastMs()).isEqualTo(400);
    }

    @Test
    void doesNotOverflowFromEdgeToEdge() {
        int limit = Position.LIMIT;
        AgentPath path = new AgentPath(List.of(point(0, -limit, limit), point(1_000, limit, -limit)));
        assertThat(path.at(500)).isEqualTo(new Position(0, 0, false));
    }

    @Test
    void isHiddenFromAHiddenPointToTheNext() {
        AgentPath path = new AgentPath(List.of(new AgentPath.Point(0, new Position(0, 0, true)), point(100, 10, 10)));
        assertThat(path.at(50).hidden()).isTrue();
        assertThat(path.at(100).hidden()).isFalse();
    }

    @Test
    void hasBoundsAndAnOrder() {
        assertThatThrownBy(() -> new AgentPath(List.of())).hasMessageContaining("1 to 500 points");
        List<AgentPath.Point> many =
                IntStream.range(0, 501).mapToObj(i -> point(i, i, i)).toList();
        assertThatThrownBy(() -> new AgentPath(many)).hasMessageContaining("1 to 500 points");
        assertThatThrownBy(() -> new AgentPath(List.of(point(5, 0, 0), point(5, 1, 1))))
                .hasMessageContaining("at_ms");
        assertThatThrownBy(() -> new AgentPath(List.of(point(60_001, 0, 0)))).hasMessageContaining("at_ms");
        assertThatThrownBy(() -> new AgentPath(List.of(point(-1, 0, 0)))).hasMessageContaining("at_ms");
    }
}
