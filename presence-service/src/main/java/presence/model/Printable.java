package presence.model;

/** Makes untrusted text safe for a terminal: on one line, and without control sequences. */
public final class Printable {
    /** They join emoji and letters and have no other effect. */
    private static final String JOINERS = "\u200c\u200d";

    private Printable() {}

    /** Returns the text with every invisible character written as {@code \}{@code u001b}, like in JSON. */
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
