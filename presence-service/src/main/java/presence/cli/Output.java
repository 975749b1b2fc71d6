package presence.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where results go: standard output, in UTF-8 whatever the locale says, every line at once. */
final class Output {
    private Output() {}

    /** Not to be closed: it is the process's. */
    static PrintStream standard() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }
}
