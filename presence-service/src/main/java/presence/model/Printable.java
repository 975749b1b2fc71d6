package presence.model;

/** Text from strangers as it may stand on a terminal: on one line, and without anything the terminal would obey. */
public final class Printable {
    /** Join emoji and letters, and do nothing else. */
    private static final String JOINERS = "\u200c\u200d";

    private Printable() {}

    /** The text with everything that cannot be seen as {@code \}{@code u001b}, the way JSON writes it. */
    public static String of(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int chars = Character.charCount(c);
            if (isVisible(c)) {
                clean.appendCodePoint(c);
            } else {
                for (int at = i; at < i + chars; at++) {
                    clean.append(String.format("\\u%04x", (int) text.charAt(at)));
                }
            }
            i += chars;
        }
        return clean.toString();
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT -> JOINERS.indexOf(c) >= 0;
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
