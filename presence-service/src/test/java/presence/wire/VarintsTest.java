package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class VarintsTest {
    private static int anyInt(Random random) {
        return random.nextInt() >> random.nextInt(32) >>> random.nextInt(32);
    }

    @Test
    void measuresAndWritesAsProtobufDoes() {
        Seeded.check(20_000, random -> {
            int value = anyInt(random);
            byte[] expected = new byte[CodedOutputStream.computeUInt32SizeNoTag(value)];
            CodedOutputStream.newInstance(expected).writeUInt32NoTag(value);
            ByteBuf out = Unpooled.buffer();
            Varints.write(out, value);
            assertThat(Varints.size(value)).isEqualTo(expected.length);
            assertThat(out).isEqualTo(Unpooled.wrappedBuffer(expected));
            assertThat(Varints.read(out, out.writerIndex())).isEqualTo(value);
        });
    }

    @Test
    void zigZagKeepsSmallNumbersSmallAndLosesNothing() {
        assertThat(Varints.zigZag(0)).isZero();
        assertThat(Varints.zigZag(-1)).isEqualTo(1);
        assertThat(Varints.zigZag(1)).isEqualTo(2);
        assertThat(Varints.zigZag(Integer.MIN_VALUE)).isEqualTo(-1);
        Seeded.check(20_000, random -> {
            int value = random.nextInt() >> random.nextInt(32);
            assertThat(Varints.unZigZag(Varints.zigZag(value))).isEqualTo(value);
        });
    }
}
