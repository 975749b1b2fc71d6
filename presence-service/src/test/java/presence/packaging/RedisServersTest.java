package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The servers of {@code .ci/redis-matrix} are those that the documents promise, that CI tests, and that compose runs. */
class RedisServersTest {
    private static final Path ROOT = Path.of("..");

    private static String text(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static String line(String file, String start) throws IOException {
        return text(file)
                .lines()
                .filter(line -> line.strip().startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError(file + " has no line " + start));
    }

    private static Set<String> tested() throws IOException {
        String names = line(".ci/redis-matrix", "readonly NAMES=(");
        return Set.of(
                names.substring(names.indexOf('(') + 1, names.indexOf(')')).split(" "));
    }

    /** Names such as {@code Valkey 8.1 or 9.1} as {@code valkey-8.1} and {@code valkey-9.1}. */
    private static Set<String> named(String text) {
        Set<String> names = new TreeSet<>();
        String server = "";
        Matcher word = Pattern.compile("Redis|Valkey|\\b\\d+\\.\\d+\\b").matcher(text);
        while (word.find()) {
            if (Character.isDigit(word.group().charAt(0))) {
                names.add(server + "-" + word.group());
            } else {
                server = word.group().toLowerCase(Locale.ROOT);
            }
        }
        return names;
    }

    @Test
    void theDocumentsNameThem() throws IOException {
        assertThat(named(line("README.md", "| Cluster |"))).isEqualTo(tested());
        assertThat(named(line("docs/development/testing.md", "bash .ci/redis-matrix   ")))
                .isEqualTo(tested());
        String page = text("docs/deployment/redis.md");
        int from = page.indexOf("## Which servers");
        String table = page.substring(from, page.indexOf("\nSharded", from));
        assertThat(named(table)).isEqualTo(tested());
    }

    @Test
    void ciRunsTheMatrixForEach() throws IOException {
        String list = line(".github/workflows/ci.yml", "server: [");
        assertThat(Set.of(
                        list.substring(list.indexOf('[') + 1, list.indexOf(']')).split(", ")))
                .isEqualTo(tested());
    }

    @Test
    void composeRunsOne() throws IOException {
        Matcher image = Pattern.compile("image: (redis):(\\d+\\.\\d+)-alpine").matcher(text("docker/compose.yaml"));
        assertThat(image.find()).isTrue();
        assertThat(tested()).contains(image.group(1) + "-" + image.group(2));
    }
}
