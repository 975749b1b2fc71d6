package presence.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;

class OpsHostsTest {
    private static OpsHosts loopback(String list) throws ConfigException {
        return OpsHosts.of(list, true, "Node-7.example.net");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9464",
                "127.0.0.1",
                "10.2.3.4:9464",
                "[::1]:9464",
                "[2001:db8::1]",
                "localhost:9464",
                "LOCALHOST",
                "localhost.:9464",
                "a.localhost:1",
                "node-7.example.net:9464"
            })
    void addressesAndOwnNamesAreAcceptedEverywhere(String host) throws ConfigException {
        assertThat(loopback("").accept(host)).isTrue();
        assertThat(OpsHosts.of("", false, "Node-7.example.net").accept(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"presence:9464", "node-1", "ops.default.svc:9464", "a.b.svc.cluster.local", "x.internal"})
    void namesOfContainerNetworksAreAcceptedWhereTheyCanLeadHere(String host) throws ConfigException {
        assertThat(OpsHosts.of("", false, "").accept(host)).isTrue();
        assertThat(loopback("").accept(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:9464",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "",
                ":9464",
                "[::1",
                "evil.svc.example",
                "1.2.3",
                "0x7f.1",
                "svc.evil.example",
                "[evil.example]:80",
                "evil.example:80:9464",
                "127.0.0.1@evil.example"
            })
    void namesThatCanBeRegisteredAreRefused(String host) throws ConfigException {
        assertThat(loopback("").accept(host)).isFalse();
        assertThat(OpsHosts.of("", false, "Node-7.example.net").accept(host)).isFalse();
    }

    @Test
    void othersCanBeAdded() throws ConfigException {
        OpsHosts hosts = loopback("ops.example.org, *.corp.example");
        assertThat(hosts.accept("ops.example.org:9464")).isTrue();
        assertThat(hosts.accept("a.b.corp.example")).isTrue();
        assertThat(hosts.accept("corp.example")).isFalse();
        assertThat(hosts.accept("127.0.0.1")).isTrue();
        assertThat(hosts.accept("evil.example")).isFalse();
        assertThat(loopback("*").accept("evil.example")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "http://x", "a,", "*.", "a*b", "x:9464"})
    void malformedNamesAreRefused(String list) {
        assertThatThrownBy(() -> loopback(list))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PRESENCE_OPS_HOSTS");
    }
}
