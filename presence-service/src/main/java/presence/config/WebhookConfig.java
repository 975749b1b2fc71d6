package presence.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where events are delivered to.
 *
 * @param urls empty = nowhere
 * @param secrets keys of the signatures; the first is the present one
 * @param kinds of events
 * @param batch most events in one request
 * @param bytes most bytes of them, about
 * @param gather how long an event waits for others
 * @param timeout of a request
 * @param keepTrying age of events from which a request that fails becomes a dead letter
 * @param mostDead dead letters kept
 * @param anyAddress whether private addresses and plain HTTP are allowed
 */
public record WebhookConfig(
        List<URI> urls,
        List<byte[]> secrets,
        List<String> kinds,
        int batch,
        int bytes,
        Duration gather,
        Duration timeout,
        Duration keepTrying,
        int mostDead,
        boolean anyAddress) {
    private static final String PREFIX = "whsec_";
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;
    private static final int MOST_SECRETS = 2;
    private static final int MOST_URLS = 10;

    public boolean on() {
        return !urls.isEmpty();
    }

    /** Omits the secrets, and the URLs, which may hold some. */
    @Override
    public String toString() {
        return "Webhook[urls=" + urls.size() + ", kinds=" + kinds + "]";
    }

    static WebhookConfig from(SettingReader read, EventsConfig events) throws ConfigException {
        boolean any = read.is(Setting.PRESENCE_WEBHOOK_ADDRESSES, "any");
        List<URI> urls = new ArrayList<>();
        for (String text : read.list(Setting.PRESENCE_WEBHOOK_URL)) {
            urls.add(url(text, any));
        }
        List<byte[]> secrets = secrets(read.secret(Setting.PRESENCE_WEBHOOK_SECRET));
        if (urls.size() > MOST_URLS) {
            throw new ConfigException("PRESENCE_WEBHOOK_URL has more than " + MOST_URLS + " URLs");
        }
        if (urls.stream().distinct().count() < urls.size()) {
            throw new ConfigException("PRESENCE_WEBHOOK_URL names a URL twice");
        }
        if (!urls.isEmpty() && secrets.isEmpty()) {
            throw new ConfigException("PRESENCE_WEBHOOK_URL needs PRESENCE_WEBHOOK_SECRET, with which receivers verify"
                    + " that requests are of this service");
        }
        if (!urls.isEmpty() && !events.on()) {
            throw new ConfigException("PRESENCE_WEBHOOK_URL needs PRESENCE_EVENTS=on: there are no events otherwise");
        }
        return new WebhookConfig(
                List.copyOf(urls),
                secrets,
                EventsConfig.kinds(read, Setting.PRESENCE_WEBHOOK_KINDS),
                read.number(Setting.PRESENCE_WEBHOOK_BATCH),
                read.number(Setting.PRESENCE_WEBHOOK_BYTES),
                read.millis(Setting.PRESENCE_WEBHOOK_GATHER_MS),
                read.millis(Setting.PRESENCE_WEBHOOK_TIMEOUT_MS),
                Duration.ofHours(read.number(Setting.PRESENCE_WEBHOOK_HOURS)),
                read.number(Setting.PRESENCE_WEBHOOK_DEAD),
                any);
    }

    private static URI url(String text, boolean any) throws ConfigException {
        try {
            URI url = new URI(text);
            boolean known = "https".equals(url.getScheme()) || any && "http".equals(url.getScheme());
            if (known && url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw new ConfigException("PRESENCE_WEBHOOK_URL=" + SettingReader.shown(text.replaceFirst("\\?.*", "?…"))
                + " must be an https:// URL without a user and without #;"
                + " http:// needs PRESENCE_WEBHOOK_ADDRESSES=any");
    }

    private static List<byte[]> secrets(String text) throws ConfigException {
        List<byte[]> secrets = new ArrayList<>();
        for (String secret :
                Stream.of(text.split("[,\\s]+")).filter(part -> !part.isEmpty()).toList()) {
            secrets.add(secret(secret));
        }
        if (secrets.size() > MOST_SECRETS) {
            throw new ConfigException(
                    "PRESENCE_WEBHOOK_SECRET has more than two secrets: the new one, then the old one");
        }
        return List.copyOf(secrets);
    }

    private static byte[] secret(String text) throws ConfigException {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "!");
            if (bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw new ConfigException("PRESENCE_WEBHOOK_SECRET must be " + PREFIX + " and " + LEAST_BYTES + " to "
                + MOST_BYTES + " bytes in base64, as: echo " + PREFIX + "$(openssl rand -base64 32)");
    }
}
