package presence.bench.attack;

import com.google.protobuf.ByteString;
import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;

/** Joins boards of good users, all at the same moment and with the largest profile and state, and leaves again. */
record LargeJoinAttack() implements Attack {
    private static final long ROUND_MS = 250;

    @Override
    public String name() {
        return "large-joins";
    }

    @Override
    public int connections() {
        return 45;
    }

    @Override
    public String trace() {
        return "presence_leaves_total";
    }

    private static ClientFrame join(AttackConnection connection) {
        return ClientFrame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setBoard(connection.board())
                        .setProfile(Profile.newBuilder()
                                .setUserId(BoardView.STRANGER_ID + connection.number)
                                .setName("n".repeat(128))
                                .setAvatarUrl("https://" + "a".repeat(2_000)))
                        .putState("all", ByteString.copyFrom(new byte[4_000])))
                .build();
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            boolean[] joined = {false};
            connection.everyTogether(ROUND_MS, () -> {
                if (joined[0]) {
                    connection.write(connection.leaveFrame(), 1);
                } else {
                    connection.say(join(connection));
                }
                joined[0] = !joined[0];
            });
        });
    }
}
