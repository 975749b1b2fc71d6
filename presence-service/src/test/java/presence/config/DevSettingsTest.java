package presence.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.config.GivenSettings.Source;

class DevSettingsTest {
    private static GivenSettings dev(Map<String, String> environment, Map<String, String> options) {
        return new GivenSettings(environment, options, true);
    }

    private static void assertRefused(GivenSettings given, String message) {
        assertThatThrownBy(given::config).isInstanceOf(ConfigException.class).hasMessage(message);
        // What `config --dev` says.
        assertThatThrownBy(given::effective).isInstanceOf(ConfigException.class).hasMessage(message);
    }

    private static Source source(GivenSettings given, Setting setting) throws ConfigException {
        return given.effective().stream()
                .filter(effective -> effective.setting() == setting)
                .findFirst()
                .orElseThrow()
                .source();
    }

    @Test
    void aDevNodeHasFreePortsOnLoopbackShortTimesAndNoRedis() throws ConfigException {
        ServiceConfig config = dev(Map.of(), Map.of()).config();
        assertThat(config.dev()).isTrue();
        assertThat(config.wsPort()).isZero();
        assertThat(config.opsPort()).isZero();
        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.redis().enabled()).isFalse();
        assertThat(config.redis().nodeLease()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.boards().grace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.drain()).isZero();
    }

    @Test
    void noDefaultOfDevModeIsTheUsualOne() {
        assertThat(DevSettings.values())
                .allSatisfy((setting, value) -> assertThat(value).isNotEqualTo(setting.defaultValue()));
    }

    @Test
    void aSettingThatIsGivenWins() throws ConfigException {
        GivenSettings given = dev(Map.of("PRESENCE_GRACE_MS", "700", "OPS_PORT", " "), Map.of("WS_PORT", "4000"));
        assertThat(given.config().boards().grace()).isEqualTo(Duration.ofMillis(700));
        assertThat(given.config().wsPort()).isEqualTo(4000);
        assertThat(source(given, Setting.PRESENCE_GRACE_MS)).isEqualTo(Source.ENVIRONMENT);
        assertThat(source(given, Setting.WS_PORT)).isEqualTo(Source.OPTION);
        assertThat(source(given, Setting.OPS_PORT)).isEqualTo(Source.DEV);
        assertThat(source(given, Setting.PRESENCE_TICK_HZ)).isEqualTo(Source.DEFAULT);
    }

    @Test
    void theRedisOfAVariableIsRefusedAndThatOfAnOptionIsUsed() throws ConfigException {
        Map<String, String> environment = Map.of("REDIS_URL", "redis://u:hunter2@production");
        assertRefused(
                dev(environment, Map.of()),
                "--dev does not use the Redis of the variable REDIS_URL: unset it, or use the option --redis-url if this"
                        + " node is to use a Redis");
        assertThatThrownBy(() -> dev(Map.of("REDIS_URL_FILE", "url"), Map.of()).config())
                .hasMessageContaining("the variable REDIS_URL_FILE");
        assertThat(dev(environment, Map.of("REDIS_URL", "redis://localhost"))
                        .config()
                        .redis()
                        .url())
                .isEqualTo("redis://localhost");
    }

    @Test
    void addressesThatNoClientCouldConnectToAreRefused() {
        assertRefused(
                dev(Map.of("PRESENCE_PROXY_PROTOCOL", "on"), Map.of()),
                "--dev prints addresses that clients connect to directly, which PRESENCE_PROXY_PROTOCOL=on refuses: omit"
                        + " one of them");
    }

    @Test
    void aMessageSaysWhichValuesComeFromDevMode() {
        assertRefused(
                dev(Map.of(), Map.of("PRESENCE_NODE_HEARTBEAT_MS", "1000")),
                "PRESENCE_NODE_LEASE_MS=2000 must be at least 3 times PRESENCE_NODE_HEARTBEAT_MS=1000: one lost heartbeat"
                        + " must not make a node count as dead; PRESENCE_NODE_LEASE_MS=2000 comes from --dev");
    }
}
