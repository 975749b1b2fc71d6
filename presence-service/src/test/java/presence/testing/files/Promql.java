package presence.testing.files;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the metrics and labels of an expression. Not a parser: the expression must be valid for Prometheus. */
public final class Promql {
    /** Skipped, labels in parentheses, or a name that is neither a function nor an aggregation, with its matchers. */
    private static final Pattern PART = Pattern.compile("\"[^\"]*\"|\\[[^]]*]|\\b\\d[\\w.]*+"
            + "|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)"
            + "|\\b(?:and|or|unless|bool|offset)\\b"
            + "|([a-zA-Z_:][\\w:]*+)(?!\\s*\\()(?!\\s*(?:by|without)\\b)(\\{[^}]*})?"
            + "|[a-zA-Z_:][\\w:]*+");

    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!=|!~|=)\\s*\"");

    /** Its groups. */
    private static final int LABELS = 1;

    private static final int NAME = 2;
    private static final int MATCHERS = 3;

    private Promql() {}

    /** The names of its metrics. */
    public static Set<String> metrics(String expression) {
        return groups(expression, NAME).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Its metrics, each with its label matchers. */
    public static Set<String> selectors(String expression) {
        return PART.matcher(expression)
                .results()
                .filter(part -> part.group(NAME) != null)
                .map(part -> part.group(NAME) + (part.group(MATCHERS) == null ? "" : part.group(MATCHERS)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The labels it groups by or matches. */
    public static Set<String> labels(String expression) {
        Stream<String> grouped = groups(expression, LABELS)
                .flatMap(Pattern.compile(",")::splitAsStream)
                .map(String::trim)
                .filter(label -> !label.isEmpty());
        Stream<String> matched = groups(expression, MATCHERS)
                .flatMap(matchers -> MATCHER.matcher(matchers).results())
                .map(matcher -> matcher.group(1));
        return Stream.concat(grouped, matched).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> groups(String expression, int group) {
        return PART.matcher(expression)
                .results()
                .map((MatchResult part) -> part.group(group))
                .filter(found -> found != null);
    }
}
