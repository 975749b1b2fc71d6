package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.model.Position;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.testing.random.Fuzz;
import presence.testing.random.Mutator;
import presence.testing.random.RandomFrames;

/** Any bytes of a message decode to an event within the limits, or are refused. */
@Tag("fuzz")
class WireDecoderFuzzTest {
    /** So tight that random frames are on both sides of each limit. */
    private static final WireLimits LIMITS = new WireLimits(65_536, 64, 60, 2, 30, 16);

    private final WireDecoder decoder = new WireDecoder(LIMITS);

    @Test
    void everyMessageIsAnEventOrRefused() {
        Fuzz.check(
                "messages",
                45,
                new Mutator(RandomFrames::message, List.of()),
                this::take,
                "Join",
                "Leave",
                "Cursor",
                "StatePatch",
                "Signal",
                "Heartbeat",
                "Auth",
                "Viewport",
                "VIEWPORT_INVALID",
                "RosterPage",
                "ROSTER_PAGE_INVALID",
                "Lock",
                "Unlock",
                "LOCK_INVALID",
                "Watch",
                "BAD_FRAME",
                "UNKNOWN_FRAME",
                "BOARD_ID_INVALID",
                "FIELD_TOO_LONG",
                "STATE_TOO_LARGE",
                "SIGNAL_TOO_LARGE");
    }

    private String take(byte[] message, Random random) {
        String kind;
        Object alone;
        try {
            ClientEvent event = decode(Unpooled.wrappedBuffer(message));
            checkLimits(event);
            kind = event.getClass().getSimpleName();
            alone = values(event);
        } catch (WireException refused) {
            assertThat(refused.error() == null).as("refused or fatal").isNotEqualTo(refused.close() == null);
            kind = String.valueOf(refused.error() == null ? refused.close() : refused.error());
            alone = refused.getMessage();
        }
        checkSame(alone, decodedAmongOthers(message, random));
        return kind;
    }

    /** Decodes the message as it comes from a socket: with other bytes before and behind it, in one piece or two. */
    private Object decodedAmongOthers(byte[] message, Random random) {
        int before = random.nextInt(3);
        byte[] around = new byte[before + message.length + random.nextInt(12)];
        Arrays.fill(around, (byte) random.nextInt());
        System.arraycopy(message, 0, around, before, message.length);
        int cut = random.nextInt(around.length + 1);
        ByteBuf bytes = random.nextInt(4) > 0
                ? Unpooled.wrappedBuffer(around)
                : Unpooled.wrappedBuffer(
                        Unpooled.wrappedBuffer(around, 0, cut),
                        Unpooled.wrappedBuffer(around, cut, around.length - cut));
        try {
            return values(decode(bytes.setIndex(before, before + message.length)));
        } catch (WireException refused) {
            return refused.getMessage();
        }
    }

    private ClientEvent decode(ByteBuf frame) throws WireException {
        byte[] before = ByteBufUtil.getBytes(frame, 0, frame.capacity());
        int end = frame.writerIndex();
        try {
            return decoder.decode(frame);
        } finally {
            checkUnharmed(frame, before, end);
            frame.release();
        }
    }

    private static void checkUnharmed(ByteBuf frame, byte[] before, int end) {
        if (frame.refCnt() != 1
                || frame.writerIndex() != end
                || !Arrays.equals(ByteBufUtil.getBytes(frame, 0, frame.capacity()), before)) {
            throw new AssertionError("the decoder changed the caller's buffer");
        }
    }

    private static void checkSame(Object one, Object other) {
        if (!Arrays.deepEquals(new Object[] {one}, new Object[] {other})) {
            throw new AssertionError("read alone it is " + text(one) + ", among other bytes " + text(other));
        }
    }

    private static String text(Object values) {
        return Arrays.deepToString(new Object[] {values});
    }

    /** The fields of an event, its arrays comparable. */
    private static Object[] values(ClientEvent event) {
        if (event instanceof ClientEvent.Join join) {
            return new Object[] {
                join.requestId(),
                join.board(),
                join.profile(),
                join.status(),
                values(join.state()),
                join.resumeKey(),
                join.observer(),
                join.newKey(),
                join.afterVersion()
            };
        } else if (event instanceof ClientEvent.StatePatch patch) {
            return new Object[] {
                patch.requestId(), patch.boardRef(), values(patch.set()), patch.unset(), patch.profile(), patch.status()
            };
        } else if (event instanceof ClientEvent.Signal signal) {
            return new Object[] {
                signal.requestId(), signal.boardRef(), signal.type(), signal.payload(), signal.to(),
            };
        }
        return new Object[] {event};
    }

    private static Object[] values(Map<String, byte[]> state) {
        return new Object[] {state.keySet().toArray(), state.values().toArray()};
    }

    private static void checkLimits(ClientEvent event) {
        assertThat(event.requestId()).isBetween(ClientEvent.NO_REQUEST_ID, 0xffff_ffffL);
        if (event instanceof ClientEvent.Join join) {
            assertThat(BoardId.problemWith(join.board().value())).isNull();
            checkState(join.state(), List.of());
            checkProfile(join.profile());
        } else if (event instanceof ClientEvent.StatePatch patch) {
            checkState(patch.set(), patch.unset());
            checkProfile(patch.profile());
        } else if (event instanceof ClientEvent.Signal signal) {
            checkName(signal.type());
            assertThat(signal.payload().length).isLessThanOrEqualTo(LIMITS.maxSignalBytes());
        } else if (event instanceof ClientEvent.Cursor cursor) {
            assertThat(Math.abs(cursor.x())).isLessThanOrEqualTo(Position.LIMIT);
            assertThat(Math.abs(cursor.y())).isLessThanOrEqualTo(Position.LIMIT);
        }
    }

    private static void checkState(Map<String, byte[]> set, Collection<String> unset) {
        set.keySet().forEach(WireDecoderFuzzTest::checkName);
        unset.forEach(WireDecoderFuzzTest::checkName);
        assertThat(set).hasSizeLessThanOrEqualTo(LIMITS.maxStateKeys());
        assertThat(PresenceState.of(set).sizeBytes()).isLessThanOrEqualTo(LIMITS.maxStateBytes());
    }

    private static void checkProfile(Profile profile) {
        if (profile != null) {
            List.of(profile.userId(), profile.name(), profile.color(), profile.device())
                    .forEach(WireDecoderFuzzTest::checkName);
            assertThat(profile.avatarUrl().getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(WireLimits.MAX_URL_BYTES);
        }
    }

    private static void checkName(String name) {
        assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(LIMITS.maxNameBytes());
    }
}
