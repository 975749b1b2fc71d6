package presence.cluster.redis;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedisClientOptionsTest {
    @Test
    void aNodeReconnectsAtLeastFourTimesPerLease() {
        assertThat(RedisClientOptions.longestBackoff(ofSeconds(8))).isEqualTo(ofSeconds(2));
        assertThat(RedisClientOptions.longestBackoff(ofMillis(2_000))).isEqualTo(ofMillis(500));
        assertThat(RedisClientOptions.longestBackoff(ofMillis(100))).isEqualTo(ofMillis(100));
        assertThat(RedisClientOptions.longestBackoff(ofSeconds(120))).isEqualTo(ofSeconds(5));
    }

    @Test
    void noAttemptWaitsLongerThanTheLongestBackoff() {
        for (Duration longest : new Duration[] {ofMillis(100), ofSeconds(2)}) {
            var resources = RedisClientOptions.resources(DnsServerAddressStreamProviders.platformDefault(), longest)
                    .build();
            try {
                assertThat(IntStream.range(0, 200)
                                .mapToObj(attempt -> resources.reconnectDelay().createDelay(attempt)))
                        .allMatch(delay -> delay.compareTo(longest) <= 0);
            } finally {
                resources.shutdown();
            }
        }
    }
}
