package presence.testing.files;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.kubernetes.client.custom.QuantityFormatException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Checks an object's shape with the models that the official Java client generates from Kubernetes' OpenAPI
 * specification, and custom resources with those of the Fabric8 client, which do not say which fields are required. Values
 * that only the API server's code validates pass.
 */
public final class KubernetesSchema {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    /** Packages of models of custom resources, from another client's: the official one has none that is published. */
    private static final Map<String, String> CUSTOM_MODELS = Map.of(
            "monitoring.coreos.com/v1", "io.fabric8.openshift.api.model.monitoring.v1.",
            "gateway.networking.k8s.io/v1", "io.fabric8.kubernetes.api.model.gatewayapi.v1.");
    /** Gson may not reflect on the JDK's classes. No manifest has a time: the server writes them. */
    private static final Gson GSON = new GsonBuilder()
            // Fabric8's name for a field that is a word of Java, such as "for".
            .setFieldNamingStrategy(field -> field.getName().replaceFirst("^_", ""))
            .registerTypeAdapter(OffsetDateTime.class, new TypeAdapter<OffsetDateTime>() {
                @Override
                public OffsetDateTime read(JsonReader in) {
                    throw new JsonSyntaxException("a time in a manifest, at " + in.getPath());
                }

                @Override
                public void write(JsonWriter out, OffsetDateTime time) throws IOException {
                    out.nullValue();
                }
            })
            .registerTypeAdapter(IntOrString.class, new TypeAdapter<IntOrString>() {
                @Override
                public IntOrString read(JsonReader in) throws IOException {
                    return in.peek() == JsonToken.NUMBER
                            ? new IntOrString(in.nextInt())
                            : new IntOrString(in.nextString());
                }

                @Override
                public void write(JsonWriter out, IntOrString value) throws IOException {
                    if (value == null) {
                        out.nullValue();
                    } else if (value.getIntVal() != null) {
                        out.value(value.getIntVal());
                    } else {
                        out.value(value.getStrVal());
                    }
                }
            })
            .create();

    private KubernetesSchema() {}

    /** The problems of an object: its kind, an unknown or missing field, a value of another type. */
    public static Optional<String> complaint(JsonObject object) {
        try {
            Class<?> model = model(object);
            if (!CUSTOM_MODELS.containsKey(object.get("apiVersion").getAsString())) {
                model.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
            }
            // The model checks neither numbers nor maps. A value of another type than the model's changes in a round
            // trip, and of a custom resource an unknown field is lost.
            JsonElement read = GSON.toJsonTree(GSON.fromJson(object, model));
            return holds(read, object) ? Optional.empty() : Optional.of("read as " + read + " instead of " + object);
        } catch (InvocationTargetException e) {
            return Optional.of(String.valueOf(e.getCause().getMessage()));
        } catch (ClassNotFoundException | JsonSyntaxException | QuantityFormatException e) {
            return Optional.of(e.toString());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For apiVersion autoscaling/v2 and kind HorizontalPodAutoscaler: V2HorizontalPodAutoscaler. */
    private static Class<?> model(JsonObject object) throws ClassNotFoundException {
        String apiVersion = object.get("apiVersion").getAsString();
        String kind = object.get("kind").getAsString();
        if (CUSTOM_MODELS.containsKey(apiVersion)) {
            return Class.forName(CUSTOM_MODELS.get(apiVersion) + kind);
        }
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return Class.forName(MODELS + version.replaceFirst("^v", "V") + kind);
    }

    /** Whether the round trip kept all fields; the models add empty lists and maps. */
    private static boolean holds(JsonElement read, JsonElement written) {
        if (written.isJsonObject() && read.isJsonObject()) {
            return written.getAsJsonObject().entrySet().stream()
                    .allMatch(entry -> read.getAsJsonObject().has(entry.getKey())
                            && holds(read.getAsJsonObject().get(entry.getKey()), entry.getValue()));
        }
        if (written.isJsonArray() && read.isJsonArray()) {
            JsonArray back = read.getAsJsonArray();
            JsonArray given = written.getAsJsonArray();
            return back.size() == given.size()
                    && IntStream.range(0, given.size()).allMatch(index -> holds(back.get(index), given.get(index)));
        }
        return read.equals(written);
    }
}
