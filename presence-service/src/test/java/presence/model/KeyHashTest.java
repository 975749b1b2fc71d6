package presence.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    /** From FIPS 180-2, appendix B.1. */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private final KeyHash hash = KeyHash.of("abc".getBytes(StandardCharsets.US_ASCII));

    @Test
    void isTheSha256OfTheKey() {
        assertThat(hash).hasToString(OF_ABC);
        assertThat(hash.toBytes()).isEqualTo(HexFormat.of().parseHex(OF_ABC));
    }

    @Test
    void itsFirstHalfIsTheMembersId() {
        assertThat(hash.memberId()).isEqualTo(MemberId.fromHex(OF_ABC.substring(0, 32)));
    }

    @Test
    void survivesItsBytes() {
        KeyHash read = KeyHash.fromBytes(ByteBuffer.wrap(hash.toBytes()));
        assertThat(read).isEqualTo(hash).hasSameHashCodeAs(hash);
        assertThatIllegalArgumentException().isThrownBy(() -> KeyHash.fromBytes(ByteBuffer.allocate(31)));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyHash.fromBytes(ByteBuffer.allocate(33)));
    }

    @Test
    void differsWhereverAByteDiffers() {
        for (int i = 0; i < KeyHash.BYTES; i++) {
            byte[] bytes = hash.toBytes();
            bytes[i] ^= 1;
            assertThat(KeyHash.fromBytes(ByteBuffer.wrap(bytes))).isNotEqualTo(hash);
        }
    }
}
