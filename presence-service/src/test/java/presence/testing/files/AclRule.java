package presence.testing.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import presence.testing.process.Command;

/** The Redis user of the nodes, as documented in docs/deployment/redis.md. The tests' nodes use it. */
public final class AclRule {
    private static final Pattern LINE = Pattern.compile("(?m)^ACL SETUSER presence (reset on >secret .+)$");
    private static final Pattern CLUSTER_LINE = Pattern.compile("(?m)^ACL SETUSER presence (\\+cluster.+)$");

    /** Name and password in the form of a URL. */
    static final String CREDENTIALS = "presence:secret@";

    private AclRule() {}

    /** The arguments of {@code ACL SETUSER presence}. */
    public static List<String> documented() {
        return words(LINE);
    }

    private static List<String> words(Pattern wanted) {
        try {
            Matcher line = wanted.matcher(Files.readString(Command.root().resolve("docs/deployment/redis.md")));
            if (!line.find()) {
                throw new IllegalStateException("docs/deployment/redis.md has no line " + wanted);
            }
            return List.of(line.group(1).split(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The further arguments for a Redis Cluster. */
    public static List<String> documentedForCluster() {
        return words(CLUSTER_LINE);
    }

    /** The documented rule with every name allowed: tests have their own prefixes. */
    static List<String> forAnyPrefix() {
        return documented().stream()
                .map(word -> word.matches("[~&]presence:\\*") ? word.charAt(0) + "*" : word)
                .toList();
    }

    /** The options of a server that has such a user. */
    public static List<String> serverOptions() {
        return Stream.concat(Stream.of("--user", "presence"), forAnyPrefix().stream())
                .toList();
    }

    /** The URL, for that user. */
    public static String asNode(String url) {
        return url.replace("://", "://" + CREDENTIALS);
    }
}
