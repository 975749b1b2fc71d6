package presence.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Name of a whiteboard: 1 to {@value #MAX_BYTES} bytes of UTF-8 that cannot break out of a Redis
 * channel, a key or its hash tag, nor act as a glob in {@code PSUBSCRIBE}.
 */
public record BoardId(String value) {
    public static final int MAX_BYTES = 128;
    private static final String FORBIDDEN = "{}*?[]\\";

    public BoardId {
        String problem = problemWith(value);
        if (problem != null) {
            throw new IllegalArgumentException("board id " + problem);
        }
    }

    /** What makes {@code value} unfit for a board id, as the end of a sentence; null when it is fit. */
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
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return value;
    }
}
