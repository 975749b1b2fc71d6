package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionSweepTest {
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final ConnectionSweep sweep = new ConnectionSweep(loop, 60_000, () -> 0);
    private final ConnectionSweep.Swept ada = nowMs -> {};
    private final ConnectionSweep.Swept bob = nowMs -> {};

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    private List<ConnectionSweep.Swept> seen() {
        List<ConnectionSweep.Swept> seen = new ArrayList<>();
        sweep.forEach(seen::add);
        return seen;
    }

    @Test
    void addedAndRemovedConnectionsShowInTheNextSweep() {
        sweep.add(ada);
        assertThat(seen()).containsExactly(ada);
        sweep.add(bob);
        assertThat(seen()).containsExactly(ada, bob);
        sweep.remove(ada);
        assertThat(seen()).containsExactly(bob);
    }

    @Test
    void theyMayGoWhileTheyAreLookedAt() {
        sweep.add(ada);
        sweep.add(bob);
        sweep.forEach(sweep::remove);
        assertThat(seen()).isEmpty();
    }
}
