package presence.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Free presence state of a member (selection, tool, viewport, typing): names to opaque bytes. Immutable; callers must
 * not modify arrays they pass in or get back.
 */
public final class PresenceState {
    public static final PresenceState EMPTY = new PresenceState(Map.of());

    private final Map<String, byte[]> values;

    private PresenceState(Map<String, byte[]> values) {
        this.values = values;
    }

    public static PresenceState of(Map<String, byte[]> values) {
        return values.isEmpty() ? EMPTY : new PresenceState(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
    }

    public Map<String, byte[]> values() {
        return values;
    }

    /** Returns this state with the names in {@code unset} removed, then those in {@code set} written. */
    public PresenceState patched(Map<String, byte[]> set, Collection<String> unset) {
        if (set.isEmpty() && unset.isEmpty()) {
            return this;
        }
        Map<String, byte[]> next = new LinkedHashMap<>(values);
        unset.forEach(next::remove);
        next.putAll(set);
        return of(next);
    }

    /** Returns the names whose value differs from {@code earlier}, with their present values. */
    public Map<String, byte[]> setSince(PresenceState earlier) {
        if (this == earlier) {
            return Map.of();
        }
        Map<String, byte[]> set = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (!Arrays.equals(value, earlier.values.get(name))) {
                set.put(name, value);
            }
        });
        return set;
    }

    /** Returns the names that {@code earlier} has and this state does not. */
    public List<String> unsetSince(PresenceState earlier) {
        if (this == earlier) {
            return List.of();
        }
        return earlier.values.keySet().stream()
                .filter(name -> !values.containsKey(name))
                .toList();
    }

    /** Returns the bytes of all names (as UTF-8) and values together. */
    public int sizeBytes() {
        int size = 0;
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
            size += entry.getKey().getBytes(StandardCharsets.UTF_8).length + entry.getValue().length;
        }
        return size;
    }

    /** Estimates the bytes of all names and values: a name counts a byte per character. */
    public int length() {
        int length = 0;
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
            length += entry.getKey().length() + entry.getValue().length;
        }
        return length;
    }

    /** Estimates the same for the difference from {@code earlier}, including removed names. */
    public int lengthSince(PresenceState earlier) {
        if (this == earlier) {
            return 0;
        }
        int length = 0;
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
            if (!Arrays.equals(entry.getValue(), earlier.values.get(entry.getKey()))) {
                length += entry.getKey().length() + entry.getValue().length;
            }
        }
        for (String name : earlier.values.keySet()) {
            if (!values.containsKey(name)) {
                length += name.length();
            }
        }
        return length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PresenceState that
                && values.size() == that.values.size()
                && setSince(that).isEmpty();
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
            hash += entry.getKey().hashCode() ^ Arrays.hashCode(entry.getValue());
        }
        return hash;
    }

    @Override
    public String toString() {
        return "PresenceState" + values.keySet();
    }
}
