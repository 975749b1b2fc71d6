package presence.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import presence.config.ConfigException;

/**
 * Decides which pages may open a connection. Browsers send the page's origin (RFC 6454) with every WebSocket handshake
 * and let no page forge it; other programs may send any origin or none. The check therefore keeps a foreign page from
 * acting as a signed-in visitor; it keeps no other program out. Immutable.
 */
public final class AllowedOrigins {
    private static final Pattern ORIGIN =
            Pattern.compile("(https?)://(\\*\\.)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::(\\d{1,5}))?");

    /**
     * The origin of an app in a web view or of a browser extension: {@code capacitor://localhost}. Matched exactly, no
     * subdomains.
     */
    private static final Pattern OTHER_ORIGIN =
            Pattern.compile("([a-z][a-z0-9+.-]{0,31})://([a-z0-9_-][a-z0-9._-]{0,127})(?::(\\d{1,5}))?");

    /** Schemes of the web, and schemes without an origin. */
    private static final Set<String> NO_OTHERS =
            Set.of("http", "https", "ws", "wss", "ftp", "file", "data", "blob", "javascript", "about");

    /** @param suffix what a host must end with, its subdomain before it; or the whole host */
    private record Rule(String scheme, boolean subdomains, String suffix, int port) {
        boolean allows(Rule origin) {
            return scheme.equals(origin.scheme)
                    && port == origin.port
                    && (subdomains ? origin.suffix.endsWith("." + suffix) : origin.suffix.equals(suffix));
        }
    }

    /** Null: all origins. */
    private final @Nullable List<Rule> rules;

    private AllowedOrigins(@Nullable List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads {@code *} (all), or a list of {@code https://app.example}, {@code https://*.example.com} (its subdomains
     * of any depth, not itself), {@code http://localhost:8080} and {@code capacitor://localhost}, comma-separated.
     *
     * @throws ConfigException for the first entry that is none of these
     */
    public static AllowedOrigins of(String list) throws ConfigException {
        if (list.strip().equals("*")) {
            return new AllowedOrigins(null);
        }
        List<Rule> rules = new ArrayList<>();
        for (String entry : list.split(",", -1)) {
            Rule rule = parse(entry.strip());
            if (rule == null) {
                throw new ConfigException("PRESENCE_ALLOWED_ORIGINS has \"" + entry.strip()
                        + "\", which is not like https://app.example, https://*.example.com, http://localhost:8080 or"
                        + " capacitor://localhost");
            }
            rules.add(rule);
        }
        return new AllowedOrigins(List.copyOf(rules));
    }

    /** @param origin the header {@code Origin}; null if absent, which no browser sends */
    public boolean allow(@Nullable String origin) {
        if (rules == null || origin == null) {
            return true;
        }
        Rule asked = parse(origin);
        return asked != null && !asked.subdomains && rules.stream().anyMatch(rule -> rule.allows(asked));
    }

    private static @Nullable Rule parse(String text) {
        Matcher match = ORIGIN.matcher(text.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            return parseOther(text.toLowerCase(Locale.ROOT));
        }
        String scheme = match.group(1);
        String port = match.group(4);
        return new Rule(
                scheme,
                match.group(2) != null,
                match.group(3),
                port == null ? defaultPort(scheme) : Integer.parseInt(port));
    }

    private static @Nullable Rule parseOther(String text) {
        Matcher match = OTHER_ORIGIN.matcher(text);
        if (!match.matches() || NO_OTHERS.contains(match.group(1))) {
            return null;
        }
        String port = match.group(3);
        return new Rule(match.group(1), false, match.group(2), port == null ? 0 : Integer.parseInt(port));
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
