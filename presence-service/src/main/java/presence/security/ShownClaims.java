package presence.security;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shortens or omits displayed claims that are too long, because the user cannot change them and must not be refused for
 * them. Logs each claim once. Thread-safe.
 */
final class ShownClaims {
    private static final Logger log = LoggerFactory.getLogger(ShownClaims.class);

    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    /** The claim, or its longest prefix of whole characters that fits. */
    String cut(@Nullable String claim, String name, int maxBytes) {
        String value = whole(claim);
        int end = 0;
        for (int bytes = 0; end < value.length(); ) {
            int c = value.codePointAt(end);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                warnOnce(name, maxBytes, "shortened");
                break;
            }
            end += Character.charCount(c);
        }
        return value.substring(0, end);
    }

    /** The claim, or nothing if it is too long: for claims that mean nothing in part. */
    String leaveOut(@Nullable String claim, String name, int maxBytes) {
        String value = whole(claim);
        if (value.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return value;
        }
        warnOnce(name, maxBytes, "omitted");
        return "";
    }

    /** Replaces each unpaired surrogate with a question mark. */
    private static String whole(@Nullable String claim) {
        return claim == null ? "" : new String(claim.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private void warnOnce(String name, int maxBytes, String what) {
        if (logged.add(name)) {
            log.warn("a claim of a token is too long: {}; logged once claim={} maxBytes={}", what, name, maxBytes);
        }
    }
}
