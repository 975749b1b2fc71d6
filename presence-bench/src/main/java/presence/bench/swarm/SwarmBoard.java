package presence.bench.swarm;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import presence.bench.client.Mover;
import presence.bench.client.WanderingMover;

/** A board and its movers. */
final class SwarmBoard {
    final String id;
    final Mover[] movers;

    /** Where members wander and windows are; null where all move at the same place. */
    final @Nullable Space space;

    private SwarmBoard(String id, Mover[] movers, @Nullable Space space) {
        this.id = id;
        this.movers = movers;
        this.space = space;
    }

    /** Creates one without windows. */
    SwarmBoard(String id, int users) {
        this(id, Stream.generate(Mover::new).limit(users).toArray(Mover[]::new), null);
    }

    /** Creates one whose clients show some of its members. */
    static SwarmBoard spacious(String id, int users, Crowd crowd) {
        Space space = Space.of(users, crowd.visible());
        long seed = crowd.seed() ^ id.substring(id.lastIndexOf('-') + 1).hashCode();
        Mover[] movers = IntStream.range(0, users)
                .mapToObj(user -> new WanderingMover(space.width(), space.height(), seed + 31L * user))
                .toArray(Mover[]::new);
        return new SwarmBoard(id, movers, space);
    }
}
