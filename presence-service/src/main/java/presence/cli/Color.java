package presence.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;
import presence.cluster.tail.TailEvent;

/** Values of {@code --color}, and the colour of each kind of event. Lower case as on the command line. */
enum Color {
    auto,
    always,
    never;

    private static final String ESCAPE = "\u001b[";
    private static final String RESET = ESCAPE + "0m";

    /** @param noColor value of {@code NO_COLOR}: not empty disables colour unless it is {@code always} */
    boolean isOn(@Nullable String noColor) {
        return switch (this) {
            case always -> true;
            case never -> false;
            case auto -> (noColor == null || noColor.isEmpty()) && isTerminal();
        };
    }

    /** Since JDK 22, a console need not be a terminal, and has a method to check. */
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Formats an event as a coloured line. */
    static String of(TailEvent event) {
        String code = switch (event.kind()) {
            case "delta" -> "32m";
            case "put", "digest", "hello" -> "36m";
            case "cursors", "heartbeat" -> "90m";
            case "signal", "announcement" -> "35m";
            case "user" -> "34m";
            case "bye", "reap" -> "33m";
            default -> "31m";
        };
        return ESCAPE + code + event.text() + RESET;
    }
}
