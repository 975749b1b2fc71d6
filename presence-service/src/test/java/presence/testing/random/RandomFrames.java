package presence.testing.random;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import presence.proto.Auth;
import presence.proto.ClientFrame;
import presence.proto.Cursor;
import presence.proto.Heartbeat;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.Lock;
import presence.proto.Profile;
import presence.proto.RosterPage;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.proto.Unlock;
import presence.proto.Viewport;
import presence.proto.Watch;

/** Random frames of a client: every kind, most within the limits and some just beyond. */
public final class RandomFrames {
    public static final int FIN = 0x80;
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final List<Function<Random, ClientFrame.Builder>> KINDS = List.of(
            random -> frame().setJoin(join(random)),
            random -> frame().setLeave(Leave.newBuilder().setBoardRef(number(random))),
            random -> frame().setCursor(cursor(random)),
            random -> frame().setState(patch(random)),
            random -> frame().setSignal(signal(random)),
            random -> frame().setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(random.nextLong())),
            random -> frame().setAuth(Auth.newBuilder().setToken(text(random))),
            random -> frame().setViewport(viewport(random)),
            random -> frame().setRosterPage(rosterPage(random)),
            random -> frame().setLock(lock(random)),
            random -> frame().setUnlock(
                            Unlock.newBuilder().setBoardRef(number(random)).setName(text(random))),
            random -> frame().setWatch(watch(random)));

    private RandomFrames() {}

    /** The bytes of one protobuf message. */
    public static byte[] message(Random random) {
        ClientFrame.Builder frame = KINDS.get(random.nextInt(KINDS.size())).apply(random);
        if (random.nextBoolean()) {
            frame.setId(random.nextInt());
        }
        return frame.build().toByteArray();
    }

    /** A join of this board, in a WebSocket frame. */
    public static byte[] joining(Random random, String board) {
        ClientFrame.Builder frame = frame().setJoin(join(random).setBoard(board));
        return masked(random, FIN | BINARY, frame.build().toByteArray());
    }

    /** One WebSocket frame, with the shortest possible header. */
    public static byte[] masked(Random random, int head, byte[] payload) {
        byte[] header;
        int size = payload.length;
        if (size < 126) {
            header = new byte[] {(byte) head, (byte) (0x80 | size)};
        } else if (size <= 0xffff) {
            header = new byte[] {(byte) head, (byte) 0xfe, (byte) (size >> 8), (byte) size};
        } else {
            header = new byte[] {
                (byte) head,
                (byte) 0xff,
                0,
                0,
                0,
                0,
                (byte) (size >> 24),
                (byte) (size >> 16),
                (byte) (size >> 8),
                (byte) size
            };
        }
        byte[] mask = new byte[4];
        if (random.nextInt(4) > 0) {
            random.nextBytes(mask);
        }
        byte[] hidden = payload.clone();
        for (int i = 0; i < size; i++) {
            hidden[i] ^= mask[i & 3];
        }
        return Fuzz.concat(header, mask, hidden);
    }

    /**
     * A sequence of frames, whole and in fragments, with control frames between them.
     *
     * @param messages payloads of the binary frames
     */
    public static byte[] stream(Random random, Function<Random, byte[]> messages) {
        byte[][] frames = Stream.generate(() -> frames(random, messages.apply(random)))
                .limit(1 + random.nextInt(5))
                .toArray(byte[][]::new);
        return Fuzz.concat(frames);
    }

    private static byte[] frames(Random random, byte[] payload) {
        return switch (random.nextInt(20)) {
            case 0 -> masked(random, FIN | TEXT, payload);
            case 1 -> masked(random, FIN | PING, small(random));
            case 2 -> masked(random, FIN | PONG, small(random));
            case 3 -> masked(random, FIN | CLOSE, closing(random));
            case 4, 5, 6, 7 -> fragments(random, payload);
            default -> masked(random, FIN | BINARY, payload);
        };
    }

    private static byte[] fragments(Random random, byte[] payload) {
        int cut = random.nextInt(payload.length + 1);
        byte[] rest = new byte[payload.length - cut];
        System.arraycopy(payload, cut, rest, 0, rest.length);
        return Fuzz.concat(
                masked(random, BINARY, java.util.Arrays.copyOf(payload, cut)),
                random.nextBoolean() ? masked(random, FIN | PING, small(random)) : new byte[0],
                masked(random, FIN | CONTINUATION, rest));
    }

    private static byte[] closing(Random random) {
        int code = 1000 + random.nextInt(16);
        return random.nextBoolean() ? new byte[0] : new byte[] {(byte) (code >> 8), (byte) code, 'b', 'y', 'e'};
    }

    private static byte[] small(Random random) {
        return bytes(random, random.nextInt(126));
    }

    // ---- messages ----

    private static ClientFrame.Builder frame() {
        return ClientFrame.newBuilder();
    }

    private static Join.Builder join(Random random) {
        Join.Builder join = Join.newBuilder()
                .setBoard("board-" + random.nextInt(4))
                .setResumeKey(ByteString.copyFrom(bytes(random, random.nextInt(3) * 8)))
                .setObserver(random.nextInt(4) == 0)
                .setStatusValue(random.nextInt(6));
        if (random.nextBoolean()) {
            join.setProfile(profile(random));
        }
        for (int left = random.nextInt(4); left > 0; left--) {
            join.putState(text(random), value(random));
        }
        return join;
    }

    private static Watch.Builder watch(Random random) {
        Watch.Builder watch = Watch.newBuilder().setAvatars(random.nextInt(3) == 0 ? random.nextInt() : 3);
        for (int left = random.nextInt(30); left > 0; left--) {
            watch.addBoard(random.nextInt(50) == 0 ? text(random) : "board-" + random.nextInt(40));
        }
        return watch;
    }

    private static Cursor.Builder cursor(Random random) {
        return Cursor.newBuilder()
                .setBoardRef(number(random))
                .setX(random.nextInt() >> random.nextInt(32))
                .setY(random.nextInt() >> random.nextInt(32))
                .setHidden(random.nextInt(4) == 0);
    }

    private static RosterPage.Builder rosterPage(Random random) {
        return RosterPage.newBuilder()
                .setBoardRef(number(random))
                .setFrom(number(random))
                .setLimit(random.nextInt() >>> 16 + random.nextInt(16));
    }

    private static Viewport.Builder viewport(Random random) {
        Viewport.Builder viewport = Viewport.newBuilder()
                .setBoardRef(number(random))
                .setX(random.nextInt() >> random.nextInt(32))
                .setY(random.nextInt() >> random.nextInt(32))
                .setWidth(random.nextInt() >>> random.nextInt(32))
                .setHeight(random.nextInt() >>> random.nextInt(32));
        for (int left = random.nextInt(18); left > 0; left--) {
            viewport.addFollow(number(random));
        }
        return viewport;
    }

    private static Lock.Builder lock(Random random) {
        return Lock.newBuilder()
                .setBoardRef(number(random))
                .setName(text(random))
                .setTtlMs(random.nextInt() >>> random.nextInt(32))
                .setWait(random.nextBoolean());
    }

    private static StatePatch.Builder patch(Random random) {
        StatePatch.Builder patch =
                StatePatch.newBuilder().setBoardRef(number(random)).setStatusValue(random.nextInt(6));
        for (int left = random.nextInt(4); left > 0; left--) {
            patch.putSet(text(random), value(random)).addUnset(text(random));
        }
        if (random.nextBoolean()) {
            patch.setProfile(profile(random));
        }
        return patch;
    }

    private static SignalSend.Builder signal(Random random) {
        SignalSend.Builder signal = SignalSend.newBuilder()
                .setBoardRef(number(random))
                .setType(text(random))
                .setPayload(value(random));
        for (int left = random.nextInt(4); left > 0; left--) {
            signal.addTo(number(random));
        }
        return signal;
    }

    private static Profile.Builder profile(Random random) {
        return Profile.newBuilder()
                .setUserId(text(random))
                .setName(text(random))
                .setColor(text(random))
                .setAvatarUrl(text(random))
                .setDevice(text(random));
    }

    /** Mostly small numbers, as of slots and boards. */
    private static int number(Random random) {
        return random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(4);
    }

    private static String text(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "é🦊\u0000\u202e";
            case 2 -> "ä".repeat(random.nextInt(100));
            default -> "name" + random.nextInt(4);
        };
    }

    private static ByteString value(Random random) {
        return ByteString.copyFrom(bytes(random, random.nextInt(random.nextInt(8) == 0 ? 5_000 : 40)));
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
