package presence.ops;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

/** Writes JSON for operators: names in lower case with underscores, nulls included. */
public final class OpsJson {
    private static final Gson GSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .serializeNulls()
            .disableHtmlEscaping()
            .create();

    private OpsJson() {}

    public static String of(Object value) {
        return GSON.toJson(value);
    }
}
