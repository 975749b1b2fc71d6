package presence.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class PresenceStateTest {
    private static PresenceState random(Random random) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (int left = random.nextInt(6); left > 0; left--) {
            byte[] value = new byte[random.nextInt(3)];
            random.nextBytes(value);
            values.put("k" + random.nextInt(6), value);
        }
        return PresenceState.of(values);
    }

    @Test
    void theDifferenceTurnsTheOldStateIntoTheNew() {
        Seeded.check(10_000, random -> {
            PresenceState before = random(random);
            PresenceState now = random(random);
            PresenceState patched = before.patched(now.setSince(before), now.unsetSince(before));
            assertThat(patched).isEqualTo(now).hasSameHashCodeAs(now);
            assertThat(patched.values().keySet()).isEqualTo(now.values().keySet());
            now.values()
                    .forEach((name, value) ->
                            assertThat(patched.values().get(name)).isEqualTo(value));
        });
    }

    @Test
    void theDifferenceHasChangedNamesOnly() {
        PresenceState before =
                PresenceState.of(Map.of("same", new byte[] {1}, "old", new byte[] {2}, "gone", new byte[0]));
        PresenceState now = PresenceState.of(Map.of("same", new byte[] {1}, "old", new byte[] {3}, "new", new byte[0]));
        assertThat(now.setSince(before)).containsOnlyKeys("old", "new");
        assertThat(now.unsetSince(before)).containsExactly("gone");
        assertThat(now.setSince(now)).isEmpty();
        assertThat(now.unsetSince(now)).isEmpty();
    }

    @Test
    void aNameThatIsUnsetAndSetIsSet() {
        PresenceState state = PresenceState.of(Map.of("tool", new byte[] {1}));
        assertThat(state.patched(Map.of("tool", new byte[] {2}), List.of("tool"))
                        .values()
                        .get("tool"))
                .containsExactly(2);
    }

    @Test
    void statesWithOtherNamesOrBytesDiffer() {
        PresenceState state = PresenceState.of(Map.of("tool", new byte[] {1}));
        assertThat(state)
                .isNotEqualTo(PresenceState.EMPTY)
                .isNotEqualTo(PresenceState.of(Map.of("tool", new byte[] {2})))
                .isNotEqualTo(PresenceState.of(Map.of("Tool", new byte[] {1})))
                .isNotEqualTo(PresenceState.of(Map.of("tool", new byte[] {1}, "x", new byte[0])))
                .isEqualTo(PresenceState.of(Map.of("tool", new byte[] {1})));
        assertThat(PresenceState.EMPTY).isNotEqualTo(state);
    }

    @Test
    void isNotChangedFromOutside() {
        Map<String, byte[]> values = new LinkedHashMap<>(Map.of("a", new byte[0]));
        PresenceState state = PresenceState.of(values);
        values.put("b", new byte[0]);
        assertThat(state.values()).containsOnlyKeys("a");
        assertThatThrownBy(() -> state.values().put("c", new byte[0]))
                .isInstanceOf(UnsupportedOperationException.class);
        PresenceState patched = state.patched(Map.of("c", new byte[0]), List.of("a"));
        assertThat(state.values()).containsOnlyKeys("a");
        assertThat(patched.values()).containsOnlyKeys("c");
    }

    @Test
    void itsSizeIsNamesInUtf8AndValues() {
        assertThat(PresenceState.EMPTY.sizeBytes()).isZero();
        assertThat(PresenceState.of(Map.of("né", new byte[10], "x", new byte[0]))
                        .sizeBytes())
                .isEqualTo(3 + 10 + 1);
    }
}
