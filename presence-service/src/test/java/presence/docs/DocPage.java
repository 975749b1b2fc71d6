package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of documentation, part of which is generated: what stands between two marks. */
final class DocPage {
    /** With this property the tests write the generated parts instead of comparing them. */
    private static final boolean WRITE = Boolean.getBoolean("docs.write");

    private static final String COMMAND = "mvn -pl presence-service -am test -Dtest='*DocTest,*DocIT'"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";

    private DocPage() {}

    /** The root of the repository; tests run in the folder of their module. */
    static Path root() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    /**
     * Compares the lines between {@code <!-- name … -->} and {@code <!-- /name -->} with what they should be.
     *
     * @param page its path from the root of the repository
     */
    static void assertGenerated(String page, String name, String expected) {
        String text = read(page);
        int mark = text.indexOf("<!-- " + name);
        int start = text.indexOf("-->\n", mark) + 4;
        int end = text.indexOf("<!-- /" + name + " -->");
        assertThat(mark >= 0 && start > mark && end >= start)
                .as("%s has the marks of %s", page, name)
                .isTrue();
        if (WRITE) {
            write(page, text.substring(0, start) + expected + text.substring(end));
            return;
        }
        assertThat(text.substring(start, end))
                .as("%s, part %s, is not what the code says. Run `make docs`, or:\n%s\n", page, name, COMMAND)
                .isEqualTo(expected);
    }

    /**
     * Compares a file that is generated as a whole with what it should be.
     *
     * @param file its path from the root of the repository
     */
    static void assertGeneratedFile(String file, String expected) {
        if (WRITE) {
            write(file, expected);
            return;
        }
        assertThat(Files.exists(root().resolve(file)) ? read(file) : "")
                .as("%s is not what it is generated from. Run `make docs`, or:\n%s\n", file, COMMAND)
                .isEqualTo(expected);
    }

    static String read(String page) {
        try {
            return Files.readString(root().resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String page, String text) {
        Path file = root().resolve(page);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
