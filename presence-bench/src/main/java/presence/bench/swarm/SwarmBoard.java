package presence.bench.swarm;

import java.util.stream.Stream;
import presence.bench.client.Mover;

/** A board and its movers. */
final class SwarmBoard {
    final String id;
    final Mover[] movers;

    SwarmBoard(String id, int users) {
        this.id = id;
        this.movers = Stream.generate(Mover::new).limit(users).toArray(Mover[]::new);
    }
}
