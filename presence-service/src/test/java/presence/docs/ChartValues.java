package presence.docs;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads the values of the Helm chart with the comments above them. */
final class ChartValues {
    static final String FILE = "docker/helm/presence/values.yaml";

    /**
     * A value that users set.
     *
     * @param heading the section that begins here, or empty
     * @param path for example {@code redis.tls.caKey}
     * @param json the default
     * @param description the comment above it; empty if there is none
     */
    record Value(String heading, String path, String json, String description) {}

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private final List<Value> values = new ArrayList<>();
    private String heading = "";

    private ChartValues() {}

    static List<Value> read() {
        LoaderOptions options = new LoaderOptions();
        options.setProcessComments(true);
        Node root = new Yaml(options).compose(new StringReader(DocPage.read(FILE)));
        ChartValues values = new ChartValues();
        values.walk("", (MappingNode) root);
        return values.values;
    }

    /** A mapping with a description is one value; any other mapping groups values. */
    private void walk(String parent, MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            String path = parent + ((ScalarNode) tuple.getKeyNode()).getValue();
            String description = description(tuple.getKeyNode(), parent.isEmpty());
            if (tuple.getValueNode() instanceof MappingNode inner && description.isEmpty()) {
                walk(path + ".", inner);
            } else {
                values.add(new Value(heading, path, json(tuple.getValueNode()), description));
                heading = "";
            }
        }
    }

    /** The lines of comment directly above a key. After an empty line the first is a heading. */
    private String description(Node key, boolean headings) {
        List<CommentLine> comments = key.getBlockComments() == null ? List.of() : key.getBlockComments();
        int blank = comments.stream().map(CommentLine::getCommentType).toList().lastIndexOf(CommentType.BLANK_LINE);
        Stream<String> lines =
                comments.stream().skip(blank + 1).map(line -> line.getValue().trim());
        if (headings && blank >= 0) {
            List<String> block = lines.toList();
            heading = block.get(0);
            return String.join(" ", block.subList(1, block.size()));
        }
        return lines.collect(Collectors.joining(" "));
    }

    private static String json(Node node) {
        return GSON.toJson(
                new SafeConstructor(new LoaderOptions()) {
                    Object construct() {
                        return constructDocument(node);
                    }
                }.construct());
    }
}
