package presence.bench;

import java.util.stream.Stream;

/** A board and its movers. */
final class SwarmBoard {
    final String id;
    final Mover[] movers;

    SwarmBoard(String id, int users) {
        this.id = id;
        this.movers = Stream.generate(Mover::new).limit(users).toArray(Mover[]::new);
    }
}
