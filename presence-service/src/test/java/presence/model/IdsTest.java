package presence.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.testing.random.Seeded;

/** Members, nodes and origins: their forms on the wire and in Redis. */
class IdsTest {
    private static final String UUID_TEXT = "0b5e1f6c-8a4d-4c1e-9f00-5d3a7b2c9e11";

    @Test
    void aMemberIdSurvivesItsBytesAndItsText() {
        Seeded.check(1_000, random -> {
            MemberId id = new MemberId(random.nextLong(), random.nextLong());
            assertThat(id.toBytes()).hasSize(16);
            assertThat(MemberId.fromBytes(ByteBuffer.wrap(id.toBytes()))).isEqualTo(id);
            assertThat(MemberId.fromHex(id.toString())).isEqualTo(id);
        });
    }

    @Test
    void aMemberIdIsThirtyTwoHexDigitsLeadingZerosIncluded() {
        assertThat(new MemberId(1, 0xab)).hasToString("000000000000000100000000000000ab");
        assertThat(new MemberId(-1, 0)).hasToString("ffffffffffffffff0000000000000000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 32})
    void aMemberIdHasSixteenBytes(int length) {
        assertThatThrownBy(() -> MemberId.fromBytes(ByteBuffer.allocate(length)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "xx", "000000000000000100000000000000a", "000000000000000100000000000000ag"})
    void aMemberIdIsNotReadFromOtherText(String text) {
        assertThatThrownBy(() -> MemberId.fromHex(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void memberIdsAreOrderedAsTheirText() {
        Seeded.check(1_000, random -> {
            MemberId one = new MemberId(random.nextInt(3) - 1, random.nextLong());
            MemberId two = new MemberId(random.nextInt(3) - 1, random.nextLong());
            assertThat(Integer.signum(one.compareTo(two)))
                    .isEqualTo(Integer.signum(one.toString().compareTo(two.toString())));
            assertThat(one.compareTo(two) == 0).isEqualTo(one.equals(two));
        });
    }

    @Test
    void randomMemberIdsAndNodeIdsDiffer() {
        assertThat(MemberId.random()).isNotEqualTo(MemberId.random());
        assertThat(NodeId.random()).isNotEqualTo(NodeId.random());
    }

    @Test
    void aNodeIdSurvivesItsText() {
        assertThat(NodeId.parse(UUID_TEXT)).hasToString(UUID_TEXT);
        NodeId random = NodeId.random();
        assertThat(NodeId.parse(random.toString())).isEqualTo(random);
    }

    @Test
    void anOriginSurvivesItsText() {
        Seeded.check(1_000, random -> {
            Origin origin =
                    new Origin(new NodeId(new UUID(random.nextLong(), random.nextLong())), random.nextLong() >>> 1);
            assertThat(Origin.parse(origin.toString())).isEqualTo(origin);
        });
        assertThat(Origin.parse(UUID_TEXT + ":7")).isEqualTo(new Origin(NodeId.parse(UUID_TEXT), 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "x", UUID_TEXT, UUID_TEXT + ":", UUID_TEXT + ":x", ":1", "no-uuid:1"})
    void anOriginIsNotReadFromOtherText(String text) {
        assertThatThrownBy(() -> Origin.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void originsOfANodeAreOrderedByIncarnation() {
        NodeId node = NodeId.parse(UUID_TEXT);
        List<Origin> origins = new ArrayList<>(List.of(new Origin(node, 10), new Origin(node, 9), new Origin(node, 0)));
        origins.sort(null);
        assertThat(origins).extracting(Origin::inc).containsExactly(0L, 9L, 10L);
    }
}
