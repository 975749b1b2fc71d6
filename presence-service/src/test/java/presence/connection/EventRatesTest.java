package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventRatesTest {
    private final EventRates rates = new EventRates(new ClientRates(0, 0, 1, 2, 3, 4, 500, 5, 6, 7));

    @Test
    void eachKindHasItsOwnLimit() {
        assertThat(rates.takeJoin(0)).isZero();
        assertThat(rates.takeJoin(0)).isZero();
        assertThat(rates.takeJoin(0)).isEqualTo(1_000);
        assertThat(rates.takeToken(0)).isZero();
        assertThat(rates.takeResume(0)).isZero();
        assertThat(rates.takeSignal(0)).isZero();
        assertThat(rates.takeState(0)).isZero();
        assertThat(rates.takeViewport(0)).isZero();
        assertThat(rates.takeReaction(0)).isZero();
        assertThat(rates.takeRosterPage(0)).isZero();
        assertThat(rates.takeBytes(1_000, 0)).isZero();
        assertThat(rates.takeBytes(500, 0)).isEqualTo(1_000);
    }

    @Test
    void whatIsOwedOutlivesTheSweep() {
        rates.takeJoin(0);
        rates.takeJoin(0);
        rates.dropEarned(1_000);
        assertThat(rates.takeJoin(1_000)).isZero();
        assertThat(rates.takeJoin(1_000)).isEqualTo(1_000);
        rates.dropEarned(3_000);
        assertThat(rates.takeJoin(3_000)).isZero();
        assertThat(rates.takeJoin(3_000)).isZero();
        assertThat(rates.takeJoin(3_000)).isEqualTo(1_000);
    }
}
