package presence.cluster.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.metrics.ServiceMetrics;

class CursorAudienceTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    private boolean subscribed = true;
    private int published;
    private final CursorAudience audience =
            new CursorAudience(channel.eventLoop(), () -> subscribed, this::publishAll, metrics);

    @BeforeEach
    void stopTheClock() {
        channel.freezeTime();
        pass(CursorAudience.PROBE_MS);
    }

    @Test
    void publishesBeforeTheFirstAnswer() {
        assertThat(audience.isListening()).isTrue();
        assertThat(audience.isListening()).isTrue();
    }

    @Test
    void withholdsWhileTheOnlyReceiverIsThisNode() {
        answer(1);
        assertThat(audience.isListening()).isFalse();
        assertThat(audience.isListening()).isFalse();
        assertThat(metrics.cursorsUnheard.count()).isEqualTo(2);
        assertThat(published).isZero();
    }

    @Test
    void publishesAllPositionsOnceASecondWhileWithholding() {
        answer(1);
        assertThat(audience.isListening()).isFalse();
        pass(CursorAudience.PROBE_MS - 1);
        assertThat(audience.isListening()).isFalse();
        assertThat(published).isZero();
        pass(1);
        assertThat(published).isEqualTo(1);
        pass(10 * CursorAudience.PROBE_MS);
        assertThat(published).as("nothing moved since").isEqualTo(1);
        assertThat(audience.isListening()).isFalse();
        pass(CursorAudience.PROBE_MS);
        assertThat(published).isEqualTo(2);
    }

    @Test
    void publishesWithheldPositionsAtOnceWhenAProbeFindsAReceiver() {
        answer(1);
        assertThat(audience.isListening()).isFalse();
        answer(2);
        assertThat(published).isEqualTo(1);
        assertThat(audience.isListening()).isTrue();
        pass(CursorAudience.PROBE_MS);
        assertThat(published).as("nothing is withheld").isEqualTo(1);
    }

    @Test
    void publishesWithheldPositionsAtOnceWhenAnotherNodeIsHeard() {
        answer(1);
        assertThat(audience.isListening()).isFalse();
        audience.onHeard();
        assertThat(published).isEqualTo(1);
        assertThat(audience.isListening()).isTrue();
    }

    @Test
    void ignoresAnswersFromBeforeAnotherNodeWasHeard() {
        audience.onHeard();
        answer(1);
        assertThat(audience.isListening()).isTrue();
        pass(CursorAudience.PROBE_MS);
        answer(1);
        assertThat(audience.isListening()).isFalse();
    }

    @Test
    void countsAReceiverAsAnotherWhileItsOwnSubscriptionIsNotAcknowledged() {
        subscribed = false;
        answer(1);
        assertThat(audience.isListening()).isTrue();
        answer(0);
        assertThat(audience.isListening()).isFalse();
    }

    private void answer(long receivers) {
        audience.onReceivers(receivers);
        channel.runPendingTasks();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void publishAll() {
        published++;
        assertThat(audience.isListening())
                .as("while all positions are published")
                .isTrue();
    }
}
