package presence.bench.rolling;

import com.google.protobuf.ByteString;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import presence.bench.client.Mover;
import presence.proto.Join;
import presence.proto.Profile;

/**
 * A user who stays on a board while nodes restart, as docs/protocol/client.md requires of clients: after a going-away
 * it continues until its delay is over, then opens a new connection, and closes the old one when the new one has
 * joined. Its event loop only.
 */
final class MigratingUser {
    private static final long FIRST_BACKOFF_MS = 250;
    private static final int DOUBLINGS = 5;
    /** Between the versions of two take-overs. */
    private static final long TAKE_OVER = 1 << 24;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String board;
    private final String name;
    private final EventLoop loop;
    private final RollingTally tally;
    private final Function<Join, MigratingConnection> connector;

    private @Nullable MigratingConnection joined;
    private @Nullable MigratingConnection opening;
    private ByteString key = ByteString.EMPTY;
    /** Repeated until a roster comes. */
    private ByteString newKey = randomBytes();

    private long version;
    /** Joins that were sent without a roster. */
    private int tries;

    private @Nullable ByteString self;
    private Set<ByteString> known = new HashSet<>();
    private boolean settled;
    private long lostNanos;
    private int failures;
    private long moves;

    /** @param connector opens a connection for this join, whose link is set at once */
    MigratingUser(
            String board,
            String name,
            EventLoop loop,
            RollingTally tally,
            Function<MigratingUser, Function<Join, MigratingConnection>> connector) {
        this.board = board;
        this.name = name;
        this.loop = loop;
        this.tally = tally;
        this.connector = connector.apply(this);
    }

    void open() {
        if (opening == null) {
            opening = connector.apply(Join.newBuilder()
                    .setBoard(board)
                    .setProfile(Profile.newBuilder().setUserId(name))
                    .setResumeKey(key)
                    .setNewKey(newKey)
                    .setAfterVersion(version + TAKE_OVER * tries++)
                    .build());
        }
    }

    String board() {
        return board;
    }

    /** Returns the id of the node it is joined on; empty if it is not joined. */
    String node() {
        return joined == null || !joined.isJoined() ? "" : joined.node();
    }

    boolean isOpening() {
        return opening != null;
    }

    boolean isJoined() {
        return joined != null && joined.isJoined();
    }

    int membersShown() {
        return joined == null ? 0 : joined.members().size();
    }

    /** Marks the start of the measurement: from now on every join or leave that is shown is wrong. */
    void settle() {
        settled = true;
        known = joined == null ? new HashSet<>() : joined.members();
    }

    void move() {
        moves++;
        if (joined != null) {
            joined.move(Mover.x(moves), Mover.y(moves));
        }
    }

    void onRoster(ByteString resumeKey, long ownVersion) {
        key = resumeKey;
        version = ownVersion;
        newKey = randomBytes();
        tries = 0;
    }

    private static ByteString randomBytes() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    void onJoined(MigratingConnection link) {
        MigratingConnection before = joined;
        joined = link;
        opening = null;
        failures = 0;
        if (before != null) {
            before.giveUp();
        }
        if (lostNanos != 0) {
            tally.gap(System.nanoTime() - lostNanos);
            lostNanos = 0;
        }
        ByteString now = link.ownId();
        if (self != null && !self.equals(now)) {
            tally.notResumed();
        }
        self = now;
        if (settled) {
            compare(link.members());
        }
    }

    /** Compares the rosters of one connection and the next, as a user would see them. */
    private void compare(Set<ByteString> shown) {
        Set<ByteString> missing = new HashSet<>(known);
        missing.removeAll(shown);
        Set<ByteString> added = new HashSet<>(shown);
        added.removeAll(known);
        tally.left(missing.size());
        tally.joined(added.size());
    }

    void onPositions(int count) {
        tally.positions(count);
    }

    void onComings(int left, int came) {
        if (settled) {
            tally.left(left);
            tally.joined(came);
        }
    }

    void onGoingAway(MigratingConnection link, long afterMs) {
        loop.schedule(
                () -> {
                    if (link == joined) {
                        open();
                    }
                },
                afterMs,
                TimeUnit.MILLISECONDS);
    }

    void onLost(MigratingConnection link) {
        if (link == joined) {
            joined = null;
            lostNanos = System.nanoTime();
            // A connection that is already being opened suffices.
            if (opening == null) {
                openLater();
            }
        } else if (link == opening) {
            opening = null;
            openLater();
        }
    }

    private void openLater() {
        long most = FIRST_BACKOFF_MS << Math.min(failures++, DOUBLINGS);
        loop.schedule(this::open, ThreadLocalRandom.current().nextLong(most), TimeUnit.MILLISECONDS);
    }
}
