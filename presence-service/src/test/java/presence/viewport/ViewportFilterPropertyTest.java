package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

/** Whatever members, windows and slow readers do, what a client was sent is everything, cropped to its window. */
@Tag("property")
class ViewportFilterPropertyTest {
    /** The longest interval of a window, and a tick. */
    private static final int LATEST_MS = Window.SLOWEST_MS + CroppedCrowd.TICK_MS;

    @Test
    void aWindowShowsWhatIsThereWithinItsInterval() {
        Seeded.check(60, random -> run(random, 40 + random.nextInt(150), LATEST_MS));
    }

    @Test
    void crowdsBeyondAFrameGetTheirTurnWithinASecond() {
        Seeded.check(6, random -> run(random, 600 + random.nextInt(1_200), 1_000));
    }

    private static void run(Random random, int members, int latestMs) {
        CroppedCrowd crowd = new CroppedCrowd(random, members);
        boolean wasOn = false;
        for (int step = 0; step < 120; step++) {
            act(crowd, random);
            crowd.tick();
            if (step % 10 == 0) {
                crowd.round();
            }
            wasOn |= crowd.filter.isOn();
            for (CroppedCrowd.Client client : crowd.clients) {
                client.check(crowd.nowMs - latestMs);
            }
            assertThat(crowd.largestFrame()).isLessThanOrEqualTo(View.MOST);
        }
        crowd.letAllMove(false);
        crowd.clients.forEach(CroppedCrowd.Client::read);
        crowd.pass(latestMs);
        crowd.clients.forEach(client -> client.check(crowd.nowMs));
        assertThat(crowd.filter.isWaiting()).isFalse();
        if (members < ViewportFilter.MOST_IN_ROUNDS / 2) {
            crowd.pass(1_000);
            crowd.clients.forEach(
                    client -> assertThat(client.stale()).as("after a round").isEmpty());
        }
        assertThat(wasOn || crowd.clients.isEmpty()).as("the filter was used").isTrue();
    }

    private static void act(CroppedCrowd crowd, Random random) {
        if (random.nextInt(30) == 0) {
            crowd.letAllMove(random.nextInt(4) > 0);
        }
        switch (random.nextInt(8)) {
            case 0 -> crowd.join();
            case 1 -> crowd.leave();
            case 2 -> {
                if (crowd.clients.size() < 12) {
                    crowd.clients.add(crowd.new Client());
                }
            }
            case 3 -> {
                if (crowd.clients.size() > 6) {
                    crowd.filter.remove(crowd.clients.remove(random.nextInt(crowd.clients.size())).viewer);
                }
            }
            default -> {
                if (!crowd.clients.isEmpty()) {
                    CroppedCrowd.Client client = crowd.clients.get(random.nextInt(crowd.clients.size()));
                    switch (random.nextInt(4)) {
                        case 0 -> client.stuck = true;
                        case 1 -> client.read();
                        default -> client.change();
                    }
                }
            }
        }
    }
}
