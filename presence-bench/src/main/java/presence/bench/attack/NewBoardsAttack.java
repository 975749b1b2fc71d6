package presence.bench.attack;

import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;

/** Joins and leaves boards that did not exist before, just below the limit of joins. */
record NewBoardsAttack() implements Attack {
    private static final long ROUND_MS = 50;

    @Override
    public String name() {
        return "new-boards";
    }

    @Override
    public int connections() {
        return 300;
    }

    @Override
    public String trace() {
        return "presence_leaves_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.shakeHands(() -> {
            int[] round = {0};
            connection.every(ROUND_MS, () -> {
                connection.say(ClientFrame.newBuilder()
                        .setJoin(Join.newBuilder()
                                .setBoard("new-" + connection.number + "-" + round[0]++)
                                .setProfile(Profile.newBuilder().setUserId(BoardView.STRANGER_ID + connection.number)))
                        .build());
                connection.write(connection.leaveFrame(), 1);
            });
        });
    }
}
