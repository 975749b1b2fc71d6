package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;

class AllowedOriginsTest {
    private static AllowedOrigins origins(String list) {
        try {
            return AllowedOrigins.of(list);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStarAllowsAll() {
        assertThat(origins("*").allow("https://anywhere.example")).isTrue();
        assertThat(origins("*").allow("null")).isTrue();
    }

    @Test
    void aRequestWithoutAnOriginIsAccepted() {
        assertThat(origins("https://app.example").allow(null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example", "https://APP.example", "https://app.example:443"})
    void anOriginIsAllowedHoweverItIsWritten(String origin) {
        assertThat(origins("http://localhost:8080, https://app.example").allow(origin))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example",
                "https://app.example:8443",
                "https://app.example.evil.example",
                "https://evilapp.example",
                "https://sub.app.example",
                "https://app.example/",
                "https://app.example@evil.example",
                "https://app.example\\.evil.example",
                "https://*.example",
                "null",
                ""
            })
    void allElseIsNot(String origin) {
        assertThat(origins("https://app.example").allow(origin)).isFalse();
    }

    @Test
    void aStarStandsForSubdomainsOfAnyDepthAndNotForTheDomainItself() {
        AllowedOrigins all = origins("https://*.example.com");
        assertThat(all.allow("https://a.example.com")).isTrue();
        assertThat(all.allow("https://b.a.example.com")).isTrue();
        assertThat(all.allow("https://example.com")).isFalse();
        assertThat(all.allow("https://badexample.com")).isFalse();
        assertThat(all.allow("https://.example.com")).isFalse();
        assertThat(all.allow("https://*.example.com")).isFalse();
        assertThat(all.allow("http://a.example.com")).isFalse();
        assertThat(all.allow("https://a.example.com:8443")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"capacitor://localhost", "chrome-extension://abcdefghijklmnop", "app://-", "tauri://x:1420"})
    void anAppCanBeAllowedAndNoOtherIs(String origin) {
        AllowedOrigins one = origins("https://app.example, " + origin);
        assertThat(one.allow(origin)).isTrue();
        assertThat(one.allow("https://app.example")).isTrue();
        for (String other :
                List.of("capacitor://other", "chrome-extension://a", "http://localhost", "null", "app://-/", "x://y")) {
            assertThat(one.allow(other)).as(other).isFalse();
        }
        assertThat(origins("https://app.example").allow(origin)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "capacitor://*.localhost",
                "capacitor://",
                "file://x",
                "data://x",
                "null",
                "app.example",
                "https://",
                "ftp://app.example",
                "https://app.example/path",
                "https://a,,https://b",
                "*.x",
                ","
            })
    void aMalformedOriginStopsTheStart(String list) {
        assertThatThrownBy(() -> AllowedOrigins.of(list))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PRESENCE_ALLOWED_ORIGINS");
    }
}
