package presence.security;

import presence.model.BoardId;

/** Patterns of board ids: {@code *} matches any characters, none included, and every other character itself. */
final class BoardPattern {
    static final int MAX_CHARS = BoardId.MAX_BYTES;
    /** The most that one token may hold. */
    static final int MAX_PATTERNS = 100;

    private BoardPattern() {}

    /** Backtracks to the latest {@code *} only, so the time is at most the pattern's length times the text's. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
