package presence.cluster.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.cluster.doctor.Finding.Status;

class ServerCheckTest {
    @ParameterizedTest
    @CsvSource({"5.0.7, FAIL", "6.0.16, FAIL", "6.2.0, OK", "7.0.15, OK", "10.0.1, OK", "'', WARN", "x, WARN"})
    void redisIsNewEnoughFrom62(String version, Status status) {
        assertThat(ServerCheck.version(Map.of("redis_version", version)).status())
                .isEqualTo(status);
    }

    @Test
    void valkeyIsCalledByItsName() {
        Finding found = ServerCheck.version(Map.of("redis_version", "7.2.4", "valkey_version", "8.1.0"));
        assertThat(found).isEqualTo(Finding.ok("version", "Valkey 8.1.0 (as Redis 7.2.4)"));
    }

    @Test
    void theMedianCountsAndTheWorstIsShown() {
        Finding near = ServerCheck.latency(new long[] {90_000_000, 1_000_000, 9_000_000});
        assertThat(near).isEqualTo(Finding.ok("latency", "median 9.00 ms, at most 90.00 ms of 3 round trips"));
        assertThat(ServerCheck.latency(new long[] {11_000_000, 1, 12_000_000}).status())
                .isEqualTo(Status.WARN);
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "1000, OK", "-1000, OK", "1001, WARN", "-1001, WARN"})
    void clocksMayBeASecondApart(long ahead, Status status) {
        assertThat(ServerCheck.clock(ahead).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"noeviction, OK", "volatile-lru, WARN", "volatile-ttl, WARN", "allkeys-lfu, WARN"})
    void aPolicyThatThrowsKeysAwayIsWarnedAbout(String policy, Status status) {
        assertThat(ServerCheck.eviction(Map.of("maxmemory-policy", policy)).status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60, OK",
        "normal 0 0 0 pubsub 0 0 0, OK",
        "normal 0 0 0 pubsub 1048576 0 0, WARN",
        "pubsub 33554432 1024 60, WARN",
        "'', OK"
    })
    void aSmallOutputBufferIsWarnedAbout(String limits, Status status) {
        assertThat(ServerCheck.buffer(limits).status()).isEqualTo(status);
    }
}
