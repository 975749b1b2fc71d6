package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.random.Fuzz;
import presence.testing.random.Mutator;
import presence.testing.random.RandomFrames;

/** Any bytes, in any pieces, are read as messages or refused, and no memory is held at the end. */
@Tag("fuzz")
class WebSocketReaderFuzzTest {
    private static final int[] LIMITS = {16, 300, 2_000, 5_000};
    private static final int MAX_PIECE = 400;
    private static final int LARGEST_CONTROL_FRAME = 131;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

    /** What a handler does in its n-th call. */
    private enum HandlerAction {
        NOTHING,
        END,
        FAIL
    }

    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure() {
            super("the handler's own", null, false, false);
        }
    }

    @Test
    void everyStreamIsMessagesOrRefused() {
        Fuzz.check(
                "streams of frames",
                20,
                new Mutator(random -> RandomFrames.stream(random, RandomFrames::message), List.of()),
                this::take,
                "read",
                "ended",
                "failed",
                "PROTOCOL_ERROR",
                "TOO_BIG");
    }

    private String take(byte[] stream, Random random) {
        int limit = LIMITS[random.nextInt(LIMITS.length)];
        HandlerAction action = HandlerAction.values()[Math.max(0, random.nextInt(6) - 3)];
        int when = random.nextInt(4);

        Recorder whole = new Recorder(limit, action, when);
        whole.feed(stream, 0, stream.length, random.nextBoolean());
        whole.reader.end();
        assertThat(used()).as("kept after the end").isZero();

        Recorder pieces = new Recorder(limit, action, when);
        int largest = stream.length < MAX_PIECE && random.nextBoolean() ? 3 : MAX_PIECE;
        for (int at = 0; at < stream.length; ) {
            int end = Math.min(stream.length, at + 1 + random.nextInt(largest));
            pieces.feed(stream, at, end, random.nextBoolean());
            at = end;
            // A buffer that grows doubles; one holds an incomplete frame, one the fragments of a message.
            if (used() > 4L * (limit + MAX_PIECE + LARGEST_CONTROL_FRAME)) {
                throw new AssertionError(used() + " bytes kept, a message has at most " + limit);
            }
        }
        pieces.reader.end();
        assertThat(used()).as("kept after the end").isZero();
        assertThat(pieces.received).as("in pieces as in one").isEqualTo(whole.received);
        return whole.outcome;
    }

    private long used() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    /** Records what it receives. */
    private final class Recorder implements WebSocketReader.Handler {
        final WebSocketReader reader;
        final int limit;
        final List<String> received = new ArrayList<>();
        final HandlerAction action;
        String outcome = "read";
        private int callsLeft;

        Recorder(int limit, HandlerAction action, int when) {
            reader = new WebSocketReader(limit, this);
            this.limit = limit;
            this.action = action;
            callsLeft = when;
        }

        void feed(byte[] stream, int from, int to, boolean direct) {
            ByteBuf arrived = direct ? allocator.directBuffer(to - from) : allocator.heapBuffer(to - from);
            arrived.writeBytes(stream, from, to - from);
            try {
                reader.read(arrived);
            } catch (WireException refused) {
                outcome = String.valueOf(refused.close());
                received.add(outcome + " " + refused.detail());
            } catch (Failure own) {
                outcome = "failed";
            } finally {
                giveBack(arrived);
            }
        }

        private void giveBack(ByteBuf arrived) {
            if (!arrived.release()) {
                throw new AssertionError("the handler keeps a reference to the caller's buffer");
            }
        }

        private void called(String what) {
            if (!outcome.equals("read")) {
                throw new AssertionError(what + " after it " + outcome);
            }
            received.add(what);
            if (callsLeft-- == 0 && action == HandlerAction.END) {
                outcome = "ended";
                reader.end();
            } else if (callsLeft < 0 && action == HandlerAction.FAIL) {
                throw new Failure();
            }
        }

        @Override
        public void onBinary(ByteBuf message) {
            if (message.readableBytes() > limit) {
                throw new AssertionError("a message of " + message.readableBytes() + " bytes, the limit is " + limit);
            }
            String hex = ByteBufUtil.hexDump(message);
            // A decoder may leave the buffer half read.
            message.skipBytes(message.readableBytes() / 2);
            called("binary " + hex);
        }

        @Override
        public void onText() {
            called("text");
        }

        @Override
        public void onPing(ByteBuf payload) {
            called("ping " + ByteBufUtil.hexDump(payload));
        }

        @Override
        public void onPong() {
            called("pong");
        }

        @Override
        public void onClose(int code) {
            called("close " + code);
        }
    }
}
