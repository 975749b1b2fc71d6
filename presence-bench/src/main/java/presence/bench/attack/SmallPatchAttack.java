package presence.bench.attack;

import com.google.protobuf.ByteString;
import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.StatePatch;

/** Members of boards of good users with 4 KiB of state change one byte of it, just below the limit of states. */
record SmallPatchAttack() implements Attack {
    private static final long ROUND_MS = 21;
    private static final Chunk ONE = patch("1");
    private static final Chunk TWO = patch("2");

    private static Chunk patch(String value) {
        return Chunk.of(
                1,
                ClientFrame.newBuilder()
                        .setState(StatePatch.newBuilder().putSet("x", ByteString.copyFromUtf8(value)))
                        .build());
    }

    @Override
    public String name() {
        return "small-patches";
    }

    @Override
    public int connections() {
        return 100;
    }

    @Override
    public String trace() {
        return "presence_joins_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            connection.say(ClientFrame.newBuilder()
                    .setJoin(Join.newBuilder()
                            .setBoard(connection.board())
                            .setProfile(Profile.newBuilder().setUserId(BoardView.STRANGER_ID + connection.number))
                            .putState("all", ByteString.copyFrom(new byte[4_000])))
                    .build());
            boolean[] one = {false};
            connection.every(ROUND_MS, () -> {
                one[0] = !one[0];
                connection.write(one[0] ? ONE : TWO);
            });
        });
    }
}
