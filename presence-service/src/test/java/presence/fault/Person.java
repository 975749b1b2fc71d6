package presence.fault;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.Member;
import presence.proto.Profile;
import presence.proto.StatePatch;
import presence.proto.Status;
import presence.proto.Viewport;
import presence.testing.client.TestClient;

/** A simulated user with a client, and the expected board, place and state. Thread of the simulated users only. */
final class Person {
    /** Time after which a joined user is known on the other nodes, unless they are isolated. */
    static final Duration KNOWN = Duration.ofSeconds(1);

    private static final long NEVER = Long.MIN_VALUE;
    /** Between the versions of two take-overs. */
    private static final long TAKE_OVER = 1 << 24;

    private static final SecureRandom RANDOM = new SecureRandom();

    final String name;

    /** Members that its client asks for at first; 0 = the whole roster. */
    final int rosterLimit;

    /** The board joined or being joined; null = none. */
    @Nullable String board;

    /** The place of the client, or the one it connects to. */
    Place place;

    /** The client once joined; null while connecting. */
    @Nullable TestClient client;

    /** URL of a proxy the client uses instead of the place itself; null = none. */
    @Nullable URI detour;

    boolean entering;
    /** When the socket was lost, or {@link #NEVER}. */
    long lostNanos = NEVER;

    /** Lost without a close: listed as away, and sees nothing. */
    boolean vanished;

    /** The place of the last socket. */
    @Nullable Place arrivedAt;

    /** When the last socket was opened. */
    long arrivedNanos = System.nanoTime();

    ByteString memberId = ByteString.EMPTY;
    ByteString resumeKey = ByteString.EMPTY;
    /** Repeated until a roster comes. */
    private ByteString newKey = randomBytes();

    private long version;
    /** Joins that were sent without a roster. */
    private int tries;

    final Map<String, ByteString> state = new HashMap<>();
    Status status = Status.STATUS_ACTIVE;

    boolean hasPointed;
    int x;
    int y;

    /** What the client shows, told after each join; null = it tells nothing. */
    @Nullable Viewport shown;

    Person(String name, int rosterLimit, Place place) {
        this.name = name;
        this.rosterLimit = rosterLimit;
        this.place = place;
        state.put("tool", ByteString.copyFromUtf8("pen"));
    }

    /** Whether the user has joined and no change is in flight. */
    boolean isSettled() {
        return board != null && client != null && !entering;
    }

    /** Marks the socket as lost; the user is to reconnect. */
    void lose(long sinceNanos) {
        client = null;
        lostNanos = sinceNanos;
    }

    boolean isLost() {
        return lostNanos != NEVER;
    }

    URI target() {
        return detour == null ? place.ws() : detour;
    }

    private static ByteString randomBytes() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /** The Join to enter or to resume. */
    Join join() {
        long afterVersion = version + TAKE_OVER * tries++;
        return Join.newBuilder()
                .setBoard(String.valueOf(board))
                .setProfile(Profile.newBuilder().setName(name).setUserId("user-" + name))
                .setStatus(status)
                .putAllState(state)
                .setResumeKey(resumeKey)
                .setNewKey(newKey)
                .setAfterVersion(afterVersion)
                .setRosterLimit(rosterLimit)
                .build();
    }

    /** Handles the roster of a new socket. Returns whether the session was resumed. */
    boolean arrived(TestClient entered) {
        Member self = entered.self();
        ByteString before = memberId;
        boolean resumes = !before.isEmpty();
        client = entered;
        lostNanos = NEVER;
        arrivedNanos = System.nanoTime();
        arrivedAt = place;
        entering = false;
        memberId = self == null ? ByteString.EMPTY : self.getMemberId();
        resumeKey = entered.roster().getResumeKey();
        version = self == null ? 0 : self.getVersion();
        newKey = randomBytes();
        tries = 0;
        if (resumes) {
            // Changes that the last node did not receive or publish.
            entered.send(frame ->
                    frame.setState(StatePatch.newBuilder().setStatus(status).putAllSet(state)));
        }
        if (hasPointed) {
            entered.cursor(x, y);
        }
        tellShown(entered);
        return !resumes || before.equals(memberId);
    }

    /** Forgets the session: the next join under this name is a new member. */
    void forget() {
        board = null;
        client = null;
        lostNanos = NEVER;
        detour = null;
        vanished = false;
        hasPointed = false;
        memberId = ByteString.EMPTY;
        resumeKey = ByteString.EMPTY;
        newKey = randomBytes();
        version = 0;
        tries = 0;
    }

    void point(int toX, int toY) {
        hasPointed = true;
        x = toX;
        y = toY;
        current().cursor(toX, toY);
    }

    /** Shows another part of the board. */
    void show(Viewport window) {
        shown = window;
        tellShown(current());
    }

    private void tellShown(TestClient teller) {
        Viewport window = shown;
        if (window != null) {
            teller.send(frame -> frame.setViewport(window));
        }
    }

    void pick(String tool) {
        ByteString value = ByteString.copyFrom(tool, StandardCharsets.UTF_8);
        state.put("tool", value);
        current().send(frame -> frame.setState(StatePatch.newBuilder().putSet("tool", value)));
    }

    void be(Status now) {
        status = now;
        current().send(frame -> frame.setState(StatePatch.newBuilder().setStatus(now)));
    }

    void sayLeave() {
        current().send(frame -> frame.setLeave(Leave.getDefaultInstance()));
    }

    TestClient current() {
        TestClient present = client;
        if (present == null) {
            throw new IllegalStateException(name + " has no client");
        }
        return present;
    }

    @Override
    public String toString() {
        return name;
    }
}
