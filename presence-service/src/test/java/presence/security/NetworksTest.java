package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;
import presence.config.Setting;

class NetworksTest {
    private static Networks networks(String list) {
        try {
            return Networks.of(Setting.PRESENCE_PROXY_TRUSTED, list);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /** @param address numeric, so that no name is resolved */
    private static boolean contains(String list, String address) throws UnknownHostException {
        return networks(list).contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0",
        "10.0.0.0/8, 10.255.255.255",
        "172.16.0.0/12, 172.31.255.255",
        "192.168.7.4/30, 192.168.7.7",
        "192.0.2.7, 192.0.2.7",
        "192.0.2.7/32, 192.0.2.7",
        "200.0.0.0/7, 201.255.0.1",
        "0.0.0.0/0, 203.0.113.9",
        "::1, ::1",
        "fc00::/7, fdff::1",
        "2001:db8:8000::/33, 2001:db8:ffff::1",
        "::/0, 2001:db8::1",
        "::ffff:10.0.0.1, 10.0.0.1",
        "10.0.0.0/8, ::ffff:10.0.0.1"
    })
    void anAddressWithTheBitsOfThePrefixIsIn(String network, String address) throws UnknownHostException {
        assertThat(contains(network, address)).isTrue();
        assertThat(contains("198.51.100.0/24 , " + network, address)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.0",
        "10.0.0.0/8, 9.255.255.255",
        "172.16.0.0/12, 172.32.0.0",
        "192.168.7.4/30, 192.168.7.8",
        "192.0.2.7, 192.0.2.6",
        "::1, ::2",
        "fc00::/7, fe00::1",
        "2001:db8:8000::/33, 2001:db8:7fff::1",
        "0.0.0.0/0, ::1",
        "::/0, 127.0.0.1",
        "10.0.0.0/8, a00::"
    })
    void anyOtherIsNot(String network, String address) throws UnknownHostException {
        assertThat(contains(network, address)).isFalse();
        assertThat(contains("198.51.100.0/24," + network, address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.0.0.5",
                "::1",
                "10.1.2.3",
                "172.17.0.2",
                "192.168.65.1",
                "fd00::7",
            })
    void byDefaultLoopbackAndPrivateNetworksAreTrusted(String address) throws UnknownHostException {
        assertThat(contains(Setting.PRESENCE_PROXY_TRUSTED.defaultValue(), address))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "2001:db8::1", "::2", "0.0.0.0"})
    void byDefaultThePublicInternetIsNot(String address) throws UnknownHostException {
        assertThat(contains(Setting.PRESENCE_PROXY_TRUSTED.defaultValue(), address))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "balancer.example",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10.1.2.3/8",
                "2001:db8::1/64",
                "0.0.0.1/0",
                "fe80::1%eth0",
                "[::1]",
                "2001:db8",
                "*",
                ""
            })
    void anythingElseIsNamedInTheRefusal(String entry) {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> Networks.of(Setting.PRESENCE_PROXY_TRUSTED, "10.0.0.0/8, " + entry));
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage())
                .startsWith("PRESENCE_PROXY_TRUSTED has \"" + entry + "\", which is not like 10.0.0.0/8");
    }

    @Test
    void aRefusalIsOneShortLine() {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class,
                () -> Networks.of(Setting.PRESENCE_PROXY_TRUSTED, "a\nb\u001b" + "c".repeat(1_000)));
        assertThat(refused.getMessage())
                .contains("\"a\\u000ab\\u001bccc")
                .contains("…")
                .hasSizeLessThan(250);
    }
}
