package presence.bench.attack;

import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.StatePatch;
import presence.proto.Status;

/** One user has a thousand sessions on boards of good users, which change their status all the time. */
record StatusAttack() implements Attack {
    private static final long ROUND_MS = 100;
    private static final Chunk BUSY = status(Status.STATUS_BUSY);
    private static final Chunk IDLE = status(Status.STATUS_IDLE);

    private static Chunk status(Status status) {
        return Chunk.of(
                1,
                ClientFrame.newBuilder()
                        .setState(StatePatch.newBuilder().setStatus(status))
                        .build());
    }

    @Override
    public String name() {
        return "one-user";
    }

    @Override
    public int connections() {
        return 1_000;
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
                            .setProfile(Profile.newBuilder().setUserId(BoardView.STRANGER_ID + "-one")))
                    .build());
            boolean[] busy = {false};
            connection.every(ROUND_MS, () -> {
                busy[0] = !busy[0];
                connection.write(busy[0] ? BUSY : IDLE);
            });
        });
    }
}
