package presence.security;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims that are only shown: one that is too long must not keep its user out, who can do nothing about it. Says so
 * once for each claim. Thread-safe.
 */
final class ShownClaims {
    private static final Logger log = LoggerFactory.getLogger(ShownClaims.class);

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** The claim, or its beginning up to the last character that fits. */
    String cut(@Nullable String claim, String name, int maxBytes) {
        String value = whole(claim);
        int end = 0;
        for (int bytes = 0; end < value.length(); ) {
            int c = value.codePointAt(end);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                tell(name, maxBytes, "shown as far as it fits");
                break;
            }
            end += Character.charCount(c);
        }
        return value.substring(0, end);
    }

    /** The claim, or nothing: for what means nothing in part. */
    String leaveOut(@Nullable String claim, String name, int maxBytes) {
        String value = whole(claim);
        if (value.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return value;
        }
        tell(name, maxBytes, "left out");
        return "";
    }

    /** With a question mark for each half of a character. */
    private static String whole(@Nullable String claim) {
        return claim == null ? "" : new String(claim.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private void tell(String name, int maxBytes, String what) {
        if (told.add(name)) {
            log.warn("a claim of a token is too long: {}; told once claim={} maxBytes={}", what, name, maxBytes);
        }
    }
}
