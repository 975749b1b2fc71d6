package presence.testing.files;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import presence.testing.process.Command;
import presence.testing.process.Tool;

/** The chart in {@code docker/helm/presence}, and Helm. */
public final class HelmChart {
    /** The root of the repository; tests run in the folder of their module. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    public static final String PATH = "docker/helm/presence";
    /** The values files that the documentation shows, in docker/helm/examples. */
    public static final List<String> EXAMPLES = List.of("minimal", "production", "monitoring");

    private static final Pattern SOURCE = Pattern.compile("(?m)^---\n# Source: presence/templates/(\\S+)\n");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private HelmChart() {}

    /** Runs Helm in the root of the repository, without a cluster and without the user's configuration. */
    public static Command.Result helm(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Tool.HELM.path()));
        command.addAll(arguments);
        Path nowhere = ROOT.resolve("presence-service/target/helm");
        return Command.in(ROOT)
                .with("KUBECONFIG", nowhere.resolve("kubeconfig").toString())
                .with("HELM_CONFIG_HOME", nowhere.resolve("config").toString())
                .with("HELM_CACHE_HOME", nowhere.resolve("cache").toString())
                .with("HELM_DATA_HOME", nowhere.resolve("data").toString())
                .run(PATIENCE, command);
    }

    /** What Helm prints for a release {@code presence} with these options, or its error. */
    public static Command.Result tryTemplate(List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("template", "presence", PATH, "--namespace", "presence"));
        arguments.addAll(options);
        return helm(arguments);
    }

    /** What Helm renders, by the name of the template. */
    public static Map<String, String> template(List<String> options) {
        Command.Result result = tryTemplate(options);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("helm template " + options + ": " + result.output());
        }
        return byTemplate(result.output());
    }

    /** Splits the output of {@code helm template}. */
    public static Map<String, String> byTemplate(String output) {
        Map<String, String> texts = new LinkedHashMap<>();
        Matcher matcher = SOURCE.matcher(output);
        List<MatchResult> marks = matcher.results().toList();
        for (int i = 0; i < marks.size(); i++) {
            int end = i + 1 < marks.size() ? marks.get(i + 1).start() : output.length();
            texts.put(marks.get(i).group(1), output.substring(marks.get(i).end(), end));
        }
        return texts;
    }

    /** The rendered objects by template. */
    public static Map<String, JsonObject> objects(List<String> options) {
        Map<String, JsonObject> objects = new LinkedHashMap<>();
        template(options)
                .forEach((name, text) ->
                        objects.put(name, KubernetesFolder.documents(text).get(0)));
        return objects;
    }

    /** The variables of a container with the ConfigMap that it takes its other variables from. */
    public static Map<String, String> environment(JsonObject container, Map<String, JsonObject> objects) {
        Map<String, String> environment = new LinkedHashMap<>();
        JsonObject settings = objects.get("config-map.yaml");
        if (settings != null) {
            settings.getAsJsonObject("data")
                    .entrySet()
                    .forEach(entry ->
                            environment.put(entry.getKey(), entry.getValue().getAsString()));
        }
        for (JsonElement variable : container.getAsJsonArray("env")) {
            JsonElement value = variable.getAsJsonObject().get("value");
            if (value != null) {
                environment.put(variable.getAsJsonObject().get("name").getAsString(), value.getAsString());
            }
        }
        return environment;
    }
}
