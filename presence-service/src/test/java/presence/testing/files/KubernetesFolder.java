package presence.testing.files;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files in {@code docker/kubernetes}, as JSON. */
public final class KubernetesFolder {
    public static final Path PATH = Path.of("..", "docker", "kubernetes");

    private KubernetesFolder() {}

    /** The names of the YAML files. */
    public static List<String> files() {
        try (Stream<Path> files = Files.list(PATH)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonObject file(String name) {
        List<JsonObject> documents = documents(text(name));
        if (documents.size() != 1) {
            throw new IllegalStateException(name + " holds " + documents.size() + " documents");
        }
        return documents.get(0);
    }

    /** Parses text as {@code kubectl} does. */
    public static List<JsonObject> documents(String yaml) {
        Iterable<Object> documents = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml);
        Gson gson = new Gson();
        return StreamSupport.stream(documents.spliterator(), false)
                .map(document -> gson.toJsonTree(document).getAsJsonObject())
                .toList();
    }

    /** The objects that are applied to a cluster, by file. */
    public static Map<String, JsonObject> objects() {
        Map<String, JsonObject> objects = new TreeMap<>();
        at(file("kustomization.yaml"), "resources")
                .getAsJsonArray()
                .forEach(name -> objects.put(name.getAsString(), file(name.getAsString())));
        return objects;
    }

    /** The settings that are not secrets. */
    public static Map<String, String> settings() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text("settings.env")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    /** The variables of the container that have a value of their own: those settings, and what the Deployment adds. */
    public static Map<String, String> environment() {
        Map<String, String> environment = settings();
        container().getAsJsonArray("env").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(variable -> variable.has("value"))
                .forEach(variable -> environment.put(
                        variable.get("name").getAsString(),
                        variable.get("value").getAsString()));
        return environment;
    }

    /** The container of the Deployment's pods. */
    public static JsonObject container() {
        return at(file("deployment.yaml"), "spec.template.spec.containers.0").getAsJsonObject();
    }

    /** The value at a path of names and indexes; a missing value is an error. */
    public static JsonElement at(JsonElement root, String path) {
        JsonElement found = root;
        for (String step : path.split("\\.")) {
            found = found.isJsonArray()
                    ? found.getAsJsonArray().get(Integer.parseInt(step))
                    : found.getAsJsonObject().get(step);
            if (found == null) {
                throw new IllegalStateException("no " + step + " of " + path + " in " + root);
            }
        }
        return found;
    }

    private static String text(String file) {
        try {
            return Files.readString(PATH.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
