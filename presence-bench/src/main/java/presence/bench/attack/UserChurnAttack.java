package presence.bench.attack;

import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Profile;
import presence.proto.StatePatch;

/** Members of boards of good users change their user ids, just below the limit of states. */
record UserChurnAttack() implements Attack {
    private static final long ROUND_MS = 23;

    @Override
    public String name() {
        return "user-churn";
    }

    @Override
    public int connections() {
        return 200;
    }

    @Override
    public String trace() {
        return "presence_joins_total";
    }

    @Override
    public void begin(AttackConnection connection) {
        connection.join(() -> {
            int[] round = {0};
            connection.every(
                    ROUND_MS,
                    () -> connection.say(ClientFrame.newBuilder()
                            .setState(StatePatch.newBuilder()
                                    .setProfile(Profile.newBuilder()
                                            .setUserId(BoardView.STRANGER_ID + connection.number + "-" + round[0]++)))
                            .build()));
        });
    }
}
