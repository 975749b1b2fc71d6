package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class VarintColumnTest {
    private static final int TAG = 0x12;

    private final VarintColumn column = new VarintColumn();

    @Test
    void writesAFieldOfTheSameBytesAsValuesWrittenOneByOne() {
        Seeded.check(2_000, random -> {
            int values = 1 + random.nextInt(200);
            ByteBuf expected = Unpooled.buffer();
            byte[] to = column.begin(values);
            int at = 0;
            for (int i = 0; i < values; i++) {
                int value = random.nextInt() >>> random.nextInt(32);
                at = VarintColumn.put(to, at, value);
                Varints.write(expected, value);
            }
            column.end(at);
            ByteBuf out = Unpooled.buffer();
            column.write(out, TAG);
            assertThat(out.readableBytes()).isEqualTo(column.fieldSize());
            assertThat((int) out.readByte()).isEqualTo(TAG);
            assertThat(Varints.read(out, out.writerIndex())).isEqualTo(expected.readableBytes());
            assertThat(out).isEqualTo(expected);
        });
    }

    @Test
    void anEmptyFieldIsNotWritten() {
        column.end(VarintColumn.put(column.begin(1), 0, 7));
        column.begin(0);
        ByteBuf out = Unpooled.buffer();
        column.write(out, TAG);
        assertThat(column.fieldSize()).isZero();
        assertThat(out.isReadable()).isFalse();
    }
}
