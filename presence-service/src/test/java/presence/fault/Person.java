package presence.fault;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import presence.testing.TestClient;

/** Somebody with a client, and the truth about where they are and what they said. The crowd's thread only. */
final class Person {
    /** Whoever has been somewhere for so long is known on the other nodes, if they hear at all. */
    static final Duration KNOWN = Duration.ofSeconds(1);

    private static final long NEVER = Long.MIN_VALUE;

    final String name;

    /** The board they are on or on their way to; null = none. */
    @Nullable String board;

    /** Where their client is, or is going. */
    Place place;

    /** Their socket once they are in; null on the way. */
    @Nullable TestClient client;

    /** Where their client is instead of at the place itself; null = there. */
    @Nullable URI detour;

    boolean entering;
    /** Since when they have no socket, unless {@link #NEVER}. */
    long lostNanos = NEVER;

    /** Lost without a goodbye: listed as away, and sees nothing. */
    boolean vanished;

    /** Where they had their last socket. */
    @Nullable Place arrivedAt;

    /** When they got it. */
    long arrivedNanos = System.nanoTime();

    ByteString memberId = ByteString.EMPTY;
    ByteString resumeKey = ByteString.EMPTY;
    final Map<String, ByteString> state = new HashMap<>();
    Status status = Status.STATUS_ACTIVE;

    boolean hasPointed;
    int x;
    int y;

    Person(String name, Place place) {
        this.name = name;
        this.place = place;
        state.put("tool", ByteString.copyFromUtf8("pen"));
    }

    /** In, and nothing under way. */
    boolean isSettled() {
        return board != null && client != null && !entering;
    }

    /** They have no socket any more, and try to come back. */
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

    /** What a client would send to enter or to come back. */
    Join join() {
        return Join.newBuilder()
                .setBoard(String.valueOf(board))
                .setProfile(Profile.newBuilder().setName(name).setUserId("user-" + name))
                .setStatus(status)
                .putAllState(state)
                .setResumeKey(resumeKey)
                .build();
    }

    /** Their new socket has its roster. Returns whether they are who they were. */
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
        if (resumes) {
            // What the last node did not get or could not pass on.
            entered.send(frame ->
                    frame.setState(StatePatch.newBuilder().setStatus(status).putAllSet(state)));
        }
        if (hasPointed) {
            entered.cursor(x, y);
        }
        return !resumes || before.equals(memberId);
    }

    /** They are nobody now: whoever comes next under this name is new. */
    void forget() {
        board = null;
        client = null;
        lostNanos = NEVER;
        detour = null;
        vanished = false;
        hasPointed = false;
        memberId = ByteString.EMPTY;
        resumeKey = ByteString.EMPTY;
    }

    void point(int toX, int toY) {
        hasPointed = true;
        x = toX;
        y = toY;
        current().cursor(toX, toY);
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
