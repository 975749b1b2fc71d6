package presence.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where metrics are sent by OTLP.
 *
 * @param url of the collector; empty = nowhere
 * @param interval between two sendings
 * @param headers of each request
 */
public record OtlpConfig(String url, Duration interval, Map<String, String> headers) {
    static OtlpConfig from(SettingReader read) throws ConfigException {
        return new OtlpConfig(
                url(read.text(Setting.PRESENCE_OTLP_URL)),
                Duration.ofSeconds(read.number(Setting.PRESENCE_OTLP_INTERVAL_SECONDS)),
                headers(read.secret(Setting.PRESENCE_OTLP_HEADERS)));
    }

    public boolean enabled() {
        return !url.isEmpty();
    }

    private static String url(String value) throws ConfigException {
        try {
            URI uri = new URI(value);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            // The address is logged: a password belongs to the headers.
            if (value.isEmpty() || isHttp && uri.getHost() != null && uri.getUserInfo() == null) {
                return value;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw new ConfigException(Setting.PRESENCE_OTLP_URL
                + " is not an absolute http or https URL without user, such as http://collector:4318/v1/metrics");
    }

    /** @param value names and values as {@code OTEL_EXPORTER_OTLP_HEADERS} of OpenTelemetry has them */
    private static Map<String, String> headers(String value) throws ConfigException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String pair : value.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && !pair.substring(0, equals).isBlank()) {
                headers.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            } else if (!pair.isBlank()) {
                // Without the value, which is a secret.
                throw new ConfigException(
                        Setting.PRESENCE_OTLP_HEADERS + " is not a list of name=value, separated by commas");
            }
        }
        return headers;
    }
}
