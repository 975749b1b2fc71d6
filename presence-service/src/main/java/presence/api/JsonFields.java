package presence.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a JSON object of a request; each is checked when it is read. An absent field counts as null. */
final class JsonFields {
    private final JsonObject json;

    private JsonFields(JsonObject json) {
        this.json = json;
    }

    static JsonFields of(byte[] content) throws ApiException {
        try {
            JsonElement element = JsonParser.parseString(new String(content, StandardCharsets.UTF_8));
            if (!element.isJsonObject()) {
                throw ApiException.invalid("bad_json", "the body is not a JSON object");
            }
            return new JsonFields(element.getAsJsonObject());
        } catch (JsonParseException | StackOverflowError e) {
            throw ApiException.invalid("bad_json", "the body is not JSON");
        }
    }

    /** Checks that there are no fields besides {@code fields}. */
    void expect(Set<String> fields) throws ApiException {
        for (String field : json.keySet()) {
            if (!fields.contains(field)) {
                throw ApiException.invalid("unknown_field", "unknown field " + field + "; known are " + fields);
            }
        }
    }

    private @Nullable JsonElement value(String name) {
        JsonElement value = json.get(name);
        return value == null || value.isJsonNull() ? null : value;
    }

    /** @return null if absent or empty */
    @Nullable String text(String name) throws ApiException {
        JsonElement value = value(name);
        if (value == null) {
            return null;
        }
        if (!isText(value)) {
            throw ApiException.invalid("bad_" + name, name + " is not a string");
        }
        return value.getAsString().isEmpty() ? null : value.getAsString();
    }

    String textUpTo(String name, int bytes) throws ApiException {
        String text = text(name);
        if (text != null && text.getBytes(StandardCharsets.UTF_8).length > bytes) {
            throw ApiException.invalid("bad_" + name, name + " is longer than " + bytes + " bytes");
        }
        return text == null ? "" : text;
    }

    long number(String name, long defaultValue, int least, int most) throws ApiException {
        JsonElement value = value(name);
        if (value == null) {
            return defaultValue;
        }
        long number;
        try {
            if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
                throw new NumberFormatException();
            }
            number = value.getAsBigDecimal().longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw ApiException.invalid("bad_" + name, name + " is not a whole number");
        }
        if (number < least || number > most) {
            throw ApiException.invalid("bad_" + name, name + " must be " + least + " to " + most);
        }
        return number;
    }

    /** A number that is required. */
    double decimal(String name) throws ApiException {
        JsonElement value = value(name);
        double number = value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isNumber()
                ? value.getAsDouble()
                : Double.NaN;
        if (!Double.isFinite(number)) {
            throw ApiException.invalid("bad_" + name, name + " is not a number");
        }
        return number;
    }

    boolean flag(String name) throws ApiException {
        JsonElement value = value(name);
        if (value == null) {
            return false;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
            throw ApiException.invalid("bad_" + name, name + " is not true or false");
        }
        return value.getAsBoolean();
    }

    /** @return empty if absent */
    List<String> texts(String name, int most) throws ApiException {
        JsonElement value = value(name);
        return value == null ? List.of() : texts(name, value, most);
    }

    /** @throws ApiException also if absent */
    List<String> requiredTexts(String name, int most) throws ApiException {
        JsonElement value = value(name);
        return texts(name, value == null ? JsonNull.INSTANCE : value, most);
    }

    private static List<String> texts(String name, JsonElement value, int most) throws ApiException {
        if (!value.isJsonArray()
                || value.getAsJsonArray().size() > most
                || !value.getAsJsonArray().asList().stream().allMatch(JsonFields::isText)) {
            throw ApiException.invalid("bad_" + name, name + " must be a list of at most " + most + " strings");
        }
        List<String> texts = new ArrayList<>();
        value.getAsJsonArray().forEach(element -> texts.add(element.getAsString()));
        return texts;
    }

    /** @return null if absent */
    @Nullable JsonFields object(String name) throws ApiException {
        JsonElement value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isJsonObject()) {
            throw ApiException.invalid("bad_" + name, name + " is not a JSON object");
        }
        return new JsonFields(value.getAsJsonObject());
    }

    List<JsonFields> objects(String name, int most) throws ApiException {
        JsonElement value = value(name);
        if (value == null
                || !value.isJsonArray()
                || value.getAsJsonArray().size() > most
                || !value.getAsJsonArray().asList().stream().allMatch(JsonElement::isJsonObject)) {
            throw ApiException.invalid("bad_" + name, name + " must be a list of at most " + most + " JSON objects");
        }
        List<JsonFields> objects = new ArrayList<>();
        value.getAsJsonArray().forEach(element -> objects.add(new JsonFields(element.getAsJsonObject())));
        return objects;
    }

    /** Returns the values of all fields as JSON text. */
    Map<String, byte[]> values() {
        Map<String, byte[]> values = new LinkedHashMap<>();
        json.entrySet()
                .forEach(field ->
                        values.put(field.getKey(), field.getValue().toString().getBytes(StandardCharsets.UTF_8)));
        return values;
    }

    /** Reads the bytes that a field holds as text, or another one in base64. */
    byte[] bytes(String textField, String base64Field, int most) throws ApiException {
        String text = text(textField);
        String base64 = text(base64Field);
        if (text != null && base64 != null) {
            throw ApiException.invalid(
                    "bad_" + textField, "send either " + textField + " or " + base64Field + ", not both");
        }
        byte[] bytes;
        try {
            bytes = text != null
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("bad_" + textField, base64Field + " is not base64");
        }
        if (bytes.length > most) {
            throw ApiException.invalid("bad_" + textField, "a " + textField + " may have at most " + most + " bytes");
        }
        return bytes;
    }

    private static boolean isText(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
    }
}
