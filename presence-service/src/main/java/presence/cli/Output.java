package presence.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writes results to standard output, in UTF-8 regardless of the locale, flushed at each line. */
final class Output {
    private Output() {}

    /** Must not be closed: it belongs to the process. */
    static PrintStream standard() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }
}
