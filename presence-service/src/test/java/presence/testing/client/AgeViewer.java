package presence.testing.client;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import presence.proto.ClientFrame;
import presence.proto.Cursors;
import presence.proto.Join;
import presence.proto.ServerFrame;

/**
 * A program that watches a board for a while and prints how old cursors really are: those that move encode the time in
 * their position. Prints as well for how long it did not run itself, which makes what it reads later older. Arguments:
 * URL, board, seconds to wait before, seconds to measure.
 */
public final class AgeViewer implements WebSocket.Listener {
    /** The period after which the clock in a coordinate wraps, in milliseconds. */
    private static final int TURN_MS = 1 << 24;

    private static final int LOOK_MS = 10;

    private final long fromNanos;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final LongStream.Builder ages = LongStream.builder();
    private final LongStream.Builder told = LongStream.builder();
    private int frames;
    private long lookedNanos = System.nanoTime();
    private long stalledNanos;
    private boolean over;
    private final CountDownLatch closed = new CountDownLatch(1);

    private AgeViewer(int waitSeconds) {
        fromNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
    }

    /** The time as a coordinate. */
    public static int now() {
        return (int) (System.currentTimeMillis() % TURN_MS);
    }

    public static void main(String... arguments) throws InterruptedException {
        AgeViewer viewer = new AgeViewer(Integer.parseInt(arguments[2]));
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("presence.v1")
                .buildAsync(URI.create(arguments[0]), viewer)
                .join();
        ClientFrame join = ClientFrame.newBuilder()
                .setJoin(Join.newBuilder().setBoard(arguments[1]).setObserver(true))
                .build();
        socket.sendBinary(ByteBuffer.wrap(join.toByteArray()), true).join();
        Executors.newSingleThreadScheduledExecutor()
                .scheduleAtFixedRate(viewer::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
        int seconds = Integer.parseInt(arguments[2]) + Integer.parseInt(arguments[3]);
        boolean ended = viewer.closed.await(seconds, TimeUnit.SECONDS);
        System.out.println(viewer.report() + " closed=" + ended);
        Runtime.getRuntime().halt(0);
    }

    /** Notes the longest time between two looks. */
    private synchronized void look() {
        long now = System.nanoTime();
        if (now >= fromNanos) {
            stalledNanos = Math.max(stalledNanos, now - lookedNanos);
        }
        lookedNanos = now;
    }

    private synchronized String report() {
        over = true;
        long[] sorted = ages.build().sorted().toArray();
        long[] reported = told.build().sorted().toArray();
        return "frames=" + frames + " positions=" + sorted.length + " p50=" + at(sorted, 0.5) + " p99="
                + at(sorted, 0.99) + " told50=" + at(reported, 0.5) + " stalled="
                + TimeUnit.NANOSECONDS.toMillis(stalledNanos);
    }

    private static long at(long[] sorted, double share) {
        return sorted.length == 0 ? -1 : sorted[(int) (share * (sorted.length - 1))];
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            try {
                read(ServerFrame.parseFrom(message.toByteArray()));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
            message.reset();
        }
        socket.request(1);
        return null;
    }

    private synchronized void read(ServerFrame frame) {
        if (over || !frame.hasCursors() || System.nanoTime() < fromNanos) {
            return;
        }
        frames++;
        Cursors tick = frame.getCursors();
        for (int row = 0; row < tick.getSlotCount(); row++) {
            ages.add(Math.floorMod(now() - tick.getX(row), TURN_MS));
            told.add(tick.getAgeMs(row));
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.countDown();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        System.out.println(Arrays.toString(error.getStackTrace()));
        closed.countDown();
    }
}
