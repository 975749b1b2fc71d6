package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionSweepTest {
    private static final long NEVER = Long.MAX_VALUE;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final AtomicLong now = new AtomicLong();
    private final ConnectionSweep sweep = new ConnectionSweep(loop, 60_000, now::get);
    private final Checked ada = new Checked(nowMs -> NEVER);
    private final Checked bob = new Checked(nowMs -> NEVER);

    private static final class Checked extends ConnectionSweep.Swept {
        private final LongUnaryOperator next;
        private final List<Long> checks = new ArrayList<>();

        Checked(LongUnaryOperator next) {
            this.next = next;
        }

        @Override
        protected long sweep(long nowMs) {
            checks.add(nowMs);
            return next.applyAsLong(nowMs);
        }
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully();
    }

    private void sweepAt(long... times) {
        for (long time : times) {
            now.set(time);
            sweep.sweep();
        }
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
        assertThat(seen()).containsExactlyInAnyOrder(ada, bob);
        sweep.remove(ada);
        assertThat(seen()).containsExactly(bob);
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

    @Test
    void aConnectionIsCheckedAtFirstAndThenWhenItIsDue() {
        Checked every5 = new Checked(nowMs -> nowMs + 5);
        sweep.add(every5);
        sweep.add(ada);
        sweepAt(1, 2, 5, 6, 7, 10, 11);
        assertThat(every5.checks).containsExactly(1L, 6L, 11L);
        assertThat(ada.checks).containsExactly(1L);
    }

    @Test
    void aConnectionIsCheckedSoonerWhenAsked() {
        sweep.add(ada);
        sweep.add(bob);
        sweepAt(1);
        sweep.checkSoon(bob);
        sweepAt(2, 3);
        assertThat(ada.checks).containsExactly(1L);
        assertThat(bob.checks).containsExactly(1L, 2L);
    }

    @Test
    void whatIsAskedForDuringACheckIsNotOverriddenByItsResult() {
        Checked[] self = new Checked[1];
        self[0] = new Checked(nowMs -> {
            if (nowMs == 1) {
                sweep.checkSoon(self[0]);
            }
            return NEVER;
        });
        sweep.add(self[0]);
        sweepAt(1, 2, 3);
        assertThat(self[0].checks).containsExactly(1L, 2L);
    }

    @Test
    void aConnectionKeepsItsTimeWhenAnotherOneGoes() {
        Checked late = new Checked(nowMs -> 10);
        sweep.add(ada);
        sweep.add(bob);
        sweep.add(late);
        sweepAt(1);
        sweep.remove(ada);
        sweepAt(2, 9, 10);
        assertThat(late.checks).containsExactly(1L, 10L);
        assertThat(bob.checks).containsExactly(1L);
    }

    @Test
    void allAreCheckedWhileSomeRemoveThemselvesAndOthers() {
        List<Checked> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int index = i;
            all.add(new Checked(nowMs -> {
                if (index % 3 == 0) {
                    sweep.remove(all.get(index));
                    sweep.remove(all.get(99 - index));
                }
                return NEVER;
            }));
        }
        all.forEach(sweep::add);
        sweepAt(1);
        List<Checked> left = all.stream().filter(seen()::contains).toList();
        assertThat(left).hasSize(66).allSatisfy(one -> assertThat(one.checks).contains(1L));
    }

    @Test
    void aLateSweepChecksNothing() {
        sweep.add(ada);
        sweepAt(200_000);
        assertThat(ada.checks).isEmpty();
        sweepAt(200_001);
        assertThat(ada.checks).containsExactly(200_001L);
    }
}
