package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Close codes and error names are a contract: they neither change nor collide. */
class ReasonsTest {
    @Test
    void closeCodesAreThoseOfTheContract() {
        assertThat(CloseReason.values())
                .extracting(CloseReason::code)
                .containsExactlyInAnyOrder(
                        1000, 1001, 1002, 1003, 1009, 1011, 1012, 1013, 4008, 4400, 4401, 4403, 4408, 4409, 4410, 4429);
    }

    @Test
    void reconnectIsAdvisedWhereTheClientDidNothingWrong() {
        assertThat(Arrays.stream(CloseReason.values()).filter(CloseReason::reconnect))
                .containsExactlyInAnyOrder(
                        CloseReason.GOING_AWAY,
                        CloseReason.INTERNAL,
                        CloseReason.RESTART,
                        CloseReason.FULL,
                        CloseReason.SLOW_CONSUMER,
                        CloseReason.HEARTBEAT_TIMEOUT,
                        CloseReason.RATE_LIMITED);
    }

    @ParameterizedTest
    @EnumSource
    void everyCloseHasATextThatFitsACloseFrame(CloseReason reason) {
        assertThat(reason.text()).isNotBlank();
        assertThat(reason.text().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(123);
    }

    @Test
    void errorNamesAreThoseOfTheContract() {
        assertThat(ErrorCode.values())
                .extracting(ErrorCode::wireName)
                .containsExactlyInAnyOrder(
                        "unknown_frame",
                        "not_joined",
                        "already_joined",
                        "board_id_invalid",
                        "field_too_long",
                        "state_too_large",
                        "signal_too_large",
                        "too_many_boards",
                        "too_many_watched",
                        "viewport_invalid",
                        "roster_page_invalid",
                        "lock_invalid",
                        "too_many_locks",
                        "lock_queue_full",
                        "unavailable",
                        "board_full",
                        "node_full",
                        "too_many_sessions",
                        "observer",
                        "rate_limited",
                        "unauthorized",
                        "forbidden",
                        "replaced",
                        "kicked");
    }
}
