package presence.testing.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import presence.proto.Change;
import presence.proto.ClientFrame;
import presence.proto.Cursor;
import presence.proto.Cursors;
import presence.proto.Error;
import presence.proto.GoingAway;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.LeaveReason;
import presence.proto.Member;
import presence.proto.Position;
import presence.proto.Profile;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.Signal;
import presence.proto.Status;
import presence.proto.Welcome;

/**
 * A client on the JDK's own WebSocket that keeps the roster of one board as docs/protocol/client.md says, and
 * records every frame that breaks the contract. Thread-safe.
 */
public final class TestClient implements WebSocket.Listener, AutoCloseable {
    /** A member that left and returned. */
    public record Return(String name, String how, long afterMs) {}

    private record Departure(String how, long nanos) {}

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int NONE = 0;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final WebSocket socket;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final List<ServerFrame> frames = new ArrayList<>();
    private Consumer<Cursors> cursorWatcher = tick -> {};
    private final List<String> complaints = new ArrayList<>();
    private final RosterModel model = new RosterModel(complaints, new Presence());
    private final Map<Integer, Member> members = model.members();
    private CompletableFuture<?> lastSent = CompletableFuture.completedFuture(null);
    private @Nullable Welcome welcome;
    private int currentRef = NONE;
    /** The board joined last; null if the test sent the join itself. */
    private @Nullable String wanted;

    private int closeCode = -1;
    private long closedAtNanos;
    private String closeText = "";
    private int joinedSeen;
    private int leftSeen;
    private final Set<ByteString> present = new HashSet<>();
    private final Map<ByteString, Departure> gone = new HashMap<>();
    private final List<Return> returned = new ArrayList<>();
    private @Nullable GoingAway goingAway;
    private volatile boolean vanished;
    private volatile boolean ignoring;

    private TestClient(URI uri, HttpClient http, Consumer<WebSocket.Builder> more) {
        WebSocket.Builder builder = http.newWebSocketBuilder().subprotocols("presence.v1");
        more.accept(builder);
        socket = builder.buildAsync(uri, this)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Connects and waits for the welcome. */
    public static TestClient connect(URI uri) {
        return connect(uri, HTTP, builder -> {});
    }

    /**
     * Connects with additional headers and waits for the welcome, or for the close.
     *
     * @param more additions to the handshake
     */
    public static TestClient connect(URI uri, HttpClient http, Consumer<WebSocket.Builder> more) {
        TestClient client = new TestClient(uri, http, more);
        client.await("welcome", () -> client.welcome != null || client.closeCode >= 0);
        return client;
    }

    /** Connects with a token in the header. */
    public static TestClient connect(URI uri, String token) {
        return connect(uri, HTTP, builder -> builder.header("Authorization", "Bearer " + token));
    }

    /** Connects, joins as the user {@code user-<name>} and waits for the complete roster. */
    public static TestClient join(URI uri, String board, String name) {
        TestClient client = connect(uri);
        client.join(board, name);
        client.await("roster of " + board, () -> client.isComplete());
        return client;
    }

    public void join(String board, String name) {
        joining(board);
        send(frame -> frame.setJoin(Join.newBuilder()
                .setBoard(board)
                .setProfile(Profile.newBuilder().setName(name).setUserId("user-" + name))));
    }

    private synchronized void joining(String board) {
        wanted = board;
        model.expectRoster();
    }

    /** Leaves the board joined first and still on. */
    public void leave() {
        send(frame -> frame.setLeave(Leave.getDefaultInstance()));
    }

    /** Connects and resumes {@code former}'s member, and waits for the complete roster. */
    public static TestClient resume(URI uri, TestClient former) {
        TestClient client = connect(uri);
        Roster before = former.roster();
        client.sendResume(former);
        client.await("roster of " + before.getBoard(), () -> client.isComplete() || client.closeCode >= 0);
        return client;
    }

    /** Sends a join to resume {@code former}'s member; does not wait. */
    public void sendResume(TestClient former) {
        Roster before = former.roster();
        joining(before.getBoard());
        send(frame ->
                frame.setJoin(Join.newBuilder().setBoard(before.getBoard()).setResumeKey(before.getResumeKey())));
    }

    public void cursor(int x, int y) {
        send(frame -> frame.setCursor(Cursor.newBuilder().setX(x).setY(y)));
    }

    public void send(Consumer<ClientFrame.Builder> fill) {
        ClientFrame.Builder frame = ClientFrame.newBuilder();
        fill.accept(frame);
        sendBytes(frame.build().toByteArray());
    }

    public synchronized void sendBytes(byte[] bytes) {
        // The JDK's WebSocket takes one message at a time.
        lastSent = lastSent.thenCompose(done -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    public void sendText(String text) {
        socket.sendText(text, true).join();
    }

    public void closeNormally() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /** Drops the TCP connection without a close frame. */
    public void abort() {
        socket.abort();
    }

    /** Stops reading and answering, pings included, as if the network had failed; the socket stays open. */
    public void vanish() {
        vanished = true;
    }

    /** Takes every further message without decoding it: for a member of many who only has to be there. */
    public void ignore() {
        ignoring = true;
    }

    public WebSocket socket() {
        return socket;
    }

    // ---- what it saw ----

    public synchronized TreeSet<String> names() {
        TreeSet<String> names = new TreeSet<>();
        members.values().forEach(member -> names.add(member.getProfile().getName()));
        return names;
    }

    public synchronized List<Member> members() {
        return List.copyOf(members.values());
    }

    public synchronized @Nullable Member member(String name) {
        return members.values().stream()
                .filter(member -> member.getProfile().getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    public boolean sees(String name, Status status) {
        Member member = member(name);
        return member != null && member.getStatus() == status;
    }

    public synchronized @Nullable Position cursorOf(String name) {
        Member member = member(name);
        return member == null ? null : model.cursors().get(member.getSlot());
    }

    public synchronized Welcome welcome() {
        if (welcome == null) {
            throw new IllegalStateException("no welcome, close code " + closeCode);
        }
        return welcome;
    }

    public synchronized Roster roster() {
        Roster whole = model.roster();
        if (whole == null) {
            throw new IllegalStateException("no roster");
        }
        return whole;
    }

    /** Passes each further cursor frame of the board to {@code watcher}, on the client's thread. */
    public synchronized void watchCursors(Consumer<Cursors> watcher) {
        cursorWatcher = watcher;
    }

    /** All but cursors. */
    public synchronized List<ServerFrame> frames() {
        return List.copyOf(frames);
    }

    public synchronized List<Error> errors() {
        return frames.stream()
                .filter(ServerFrame::hasError)
                .map(ServerFrame::getError)
                .toList();
    }

    public synchronized List<Signal> signals() {
        return frames.stream()
                .filter(ServerFrame::hasSignal)
                .map(ServerFrame::getSignal)
                .toList();
    }

    public synchronized int closeCode() {
        return closeCode;
    }

    /** When the connection was closed, in nanoseconds; 0 if it is open. */
    public synchronized long closedAtNanos() {
        return closedAtNanos;
    }

    public synchronized String closeText() {
        return closeText;
    }

    public synchronized int joinedSeen() {
        return joinedSeen;
    }

    public synchronized int leftSeen() {
        return leftSeen;
    }

    /** Whether the roster has no more parts to come. */
    public synchronized boolean isComplete() {
        return model.isComplete();
    }

    /** This client's member, once known. */
    public synchronized @Nullable Member self() {
        Roster whole = model.roster();
        return whole == null ? null : members.get(whole.getYou());
    }

    /** Members that left and came back as the same, by name: a resumed session must not show that. */
    public synchronized List<Return> returned() {
        return List.copyOf(returned);
    }

    /** The node's request to reconnect elsewhere; null if there was none. */
    public synchronized @Nullable GoingAway goingAway() {
        return goingAway;
    }

    /** Frames that broke the contract; empty in a correct run. */
    public synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    public void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    synchronized (this) {
                        return condition.call();
                    }
                });
    }

    public void awaitNames(String... names) {
        TreeSet<String> expected = new TreeSet<>(List.of(names));
        Awaitility.await("roster " + expected)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() ->
                        org.assertj.core.api.Assertions.assertThat(names()).isEqualTo(expected));
    }

    public void awaitCursor(String name, int x, int y) {
        await("cursor of " + name + " at " + x + "," + y, () -> {
            Position at = cursorOf(name);
            return at != null && at.getX() == x && at.getY() == y;
        });
    }

    public int awaitClose() {
        await("close", () -> closeCode >= 0);
        return closeCode();
    }

    // ---- the wire ----

    @Override
    public synchronized CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (ignoring) {
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            try {
                onFrame(ServerFrame.parseFrom(message.toByteArray()), message.size());
            } catch (InvalidProtocolBufferException e) {
                complaints.add("undecodable frame: " + e.getMessage());
            }
            message.reset();
        }
        if (!vanished) {
            from.request(1);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
        if (!vanished) {
            from.request(1);
        }
        return null;
    }

    @Override
    public synchronized CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closeCode = code;
        closeText = reason;
        closedAtNanos = System.nanoTime();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void onError(WebSocket from, Throwable failure) {
        if (closeCode < 0) {
            closeCode = 1006;
            closedAtNanos = System.nanoTime();
            closeText = String.valueOf(failure);
        }
    }

    private void onFrame(ServerFrame frame, int bytes) {
        if (frames.isEmpty() && !frame.hasWelcome()) {
            complaints.add("first frame is " + frame.getFrameCase());
        }
        if (bytes > 65_536) {
            complaints.add("frame of " + bytes + " bytes");
        }
        if (!frame.hasCursors()) {
            frames.add(frame);
        }
        switch (frame.getFrameCase()) {
            case WELCOME -> welcome = frame.getWelcome();
            case ROSTER -> onRoster(frame.getRoster());
            case CHANGE -> onChange(frame.getChange());
            case CURSORS -> onCursors(frame.getCursors());
            case SIGNAL -> onSignal(frame.getSignal());
            case GOING_AWAY -> goingAway = frame.getGoingAway();
            default -> {}
        }
    }

    private void onRoster(Roster whole) {
        if (wanted != null && !wanted.equals(whole.getBoard())) {
            // Left again before it arrived; the roster of that board is outdated from here on.
            if (whole.getBoardRef() == currentRef) {
                currentRef = NONE;
            }
            return;
        }
        currentRef = whole.getBoardRef();
        Roster earlier = model.roster();
        boolean again = earlier != null && earlier.getBoard().equals(whole.getBoard());
        Set<ByteString> before = again ? Set.copyOf(present) : Set.of();
        if (!again) {
            gone.clear();
        }
        present.clear();
        model.apply(whole);
        Departure missing = new Departure("not in another roster", System.nanoTime());
        before.stream().filter(id -> !present.contains(id)).forEach(id -> gone.put(id, missing));
    }

    /** Frames of a board that was left may still arrive. */
    private boolean isOfAnotherBoard(int boardRef) {
        return model.roster() != null && currentRef != boardRef;
    }

    private void onSignal(Signal signal) {
        if (!isOfAnotherBoard(signal.getBoardRef())) {
            // Slot 0 is the HTTP API.
            if (signal.getFrom() != 0) {
                model.knows(signal.getFrom(), "signal");
            }
        }
    }

    private void onChange(Change change) {
        if (!isOfAnotherBoard(change.getBoardRef())) {
            model.apply(change);
        }
    }

    private void onCursors(Cursors tick) {
        if (!isOfAnotherBoard(tick.getBoardRef())) {
            model.apply(tick);
            cursorWatcher.accept(tick);
        }
    }

    /** Records members that join, leave and return. */
    private final class Presence implements RosterModel.Listener {
        @Override
        public void onListed(Member member) {
            String name = member.getProfile().getName();
            if (!present.add(member.getMemberId())) {
                complaints.add(name + " is listed twice");
            }
            Departure departure = gone.remove(member.getMemberId());
            if (departure != null) {
                returned.add(new Return(name, departure.how, (System.nanoTime() - departure.nanos) / 1_000_000));
            }
        }

        @Override
        public void onJoined(Member member) {
            joinedSeen++;
            onListed(member);
        }

        @Override
        public void onLeft(Member member, LeaveReason reason) {
            leftSeen++;
            present.remove(member.getMemberId());
            gone.put(member.getMemberId(), new Departure(reason.name(), System.nanoTime()));
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
