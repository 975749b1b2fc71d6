package presence.testing.files;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.kubernetes.client.custom.QuantityFormatException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Checks an object's shape with the models that the official Java client generates from Kubernetes' OpenAPI
 * specification. Values that only the API server's code validates pass.
 */
public final class KubernetesSchema {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    /** Gson may not reflect on the JDK's classes. No manifest has a time: the server writes them. */
    private static final Gson GSON = new GsonBuilder()
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
            .create();

    private KubernetesSchema() {}

    /** The problems of an object: its kind, an unknown or missing field, a value of another type. */
    public static Optional<String> complaint(JsonObject object) {
        try {
            Class<?> model = model(object);
            model.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
            // The model checks neither numbers nor maps. A value of another type than the model's changes in a round
            // trip.
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
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return Class.forName(
                MODELS + version.replaceFirst("^v", "V") + object.get("kind").getAsString());
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
