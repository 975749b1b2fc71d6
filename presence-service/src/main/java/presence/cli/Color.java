package presence.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;
import presence.cluster.tail.TailEvent;

/** When lines are coloured; and how, by the kind of what they tell. Lower case: so they are written. */
enum Color {
    auto,
    always,
    never;

    private static final String ESCAPE = "\u001b[";
    private static final String RESET = ESCAPE + "0m";

    /** @param noColor what {@code NO_COLOR} holds: anything but nothing is a no, unless colour is asked for */
    boolean isOn(@Nullable String noColor) {
        return switch (this) {
            case always -> true;
            case never -> false;
            case auto -> (noColor == null || noColor.isEmpty()) && isTerminal();
        };
    }

    /** Since 22 a JVM may have a console that is no terminal, and a method that says so. */
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

    /** The line of an event, coloured. */
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
