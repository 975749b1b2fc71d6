package presence.bench.attack;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;

/**
 * Observes a large board and reads nothing, so that a roster is queued for each. Some of the connections are its
 * members.
 */
record UnreadRosterAttack() implements Attack {
    private static final String BOARD = "unread";
    /** One in this many connections is a member, with 4 KB of state. */
    private static final int OBSERVERS = 40;

    @Override
    public String name() {
        return "unread-rosters";
    }

    @Override
    public int connections() {
        return 4_500;
    }

    @Override
    public @Nullable String trace() {
        // With room for all rosters nothing is refused.
        return null;
    }

    @Override
    public boolean reads() {
        return false;
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            Join.Builder join = Join.newBuilder().setBoard(BOARD);
            if (connection.number % OBSERVERS == 0) {
                join.setProfile(Profile.newBuilder().setUserId(BoardView.STRANGER_ID + connection.number))
                        .putState("all", ByteString.copyFrom(new byte[4_000]));
            } else {
                connection.stopReading();
                join.setObserver(true);
            }
            connection.say(ClientFrame.newBuilder().setJoin(join).build());
        });
    }
}
