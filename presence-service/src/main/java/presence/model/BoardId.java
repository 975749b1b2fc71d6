package presence.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Name of a whiteboard: 1 to {@value #MAX_BYTES} bytes of UTF-8 that cannot break out of a Redis
 * channel, a key or its hash tag, nor act as a glob in {@code PSUBSCRIBE}.
 */
public record BoardId(String value) {
    public static final int MAX_BYTES = 128;
    private static final String FORBIDDEN = "{}*?[]\\";

    /**
     * First and last of each range of controls, white space, surrogates, format characters, and the code points that
     * Unicode has reserved for more of these. The table is our own because the JDK's differs between releases and nodes
     * must agree on valid board ids. Characters that a later release of Unicode adds are accepted.
     */
    private static final int[] INVISIBLE = {
        0x0000, 0x0020, 0x007F, 0x00A0, 0x00AD, 0x00AD, 0x0600, 0x0605, 0x061C, 0x061C, 0x06DD, 0x06DD, 0x070F, 0x070F,
        0x0890, 0x0891, 0x08E2, 0x08E2, 0x1680, 0x1680, 0x180E, 0x180E, 0x2000, 0x200F, 0x2028, 0x202F, 0x205F, 0x206F,
        0x3000, 0x3000, 0xD800, 0xDFFF, 0xFDD0, 0xFDEF, 0xFEFF, 0xFEFF, 0xFFF0, 0xFFFB, 0x110BD, 0x110BD, 0x110CD,
        0x110CD, 0x13430, 0x1343F, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE00FF, 0xE01F0, 0xE0FFF
    };

    public BoardId {
        String problem = problemWith(value);
        if (problem != null) {
            throw new IllegalArgumentException("board id " + problem);
        }
    }

    /**
     * Returns the reason why {@code value} is not a valid board id, as the end of a sentence; null when it is valid.
     */
    public static @Nullable String problemWith(String value) {
        if (value.isEmpty()) {
            return "is empty";
        }
        if (value.length() > MAX_BYTES || value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return "is longer than " + MAX_BYTES + " bytes";
        }
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            if (FORBIDDEN.indexOf(c) >= 0) {
                return "contains '" + (char) c + "' at " + i;
            }
            if (isInvisible(c)) {
                return String.format("contains U+%04X at %d", c, i);
            }
            i += Character.charCount(c);
        }
        return null;
    }

    private static boolean isInvisible(int c) {
        if ((c & 0xFFFE) == 0xFFFE) {
            // Noncharacters, in every plane.
            return true;
        }
        int at = Arrays.binarySearch(INVISIBLE, c);
        // Range starts are at even indexes, ends at odd ones: an insertion point after a start lies in a range.
        return at >= 0 || (-at - 1) % 2 == 1;
    }

    @Override
    public String toString() {
        return value;
    }
}
