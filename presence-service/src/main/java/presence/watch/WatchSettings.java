package presence.watch;

/**
 * How boards are watched.
 *
 * @param intervalMs time between two reads of a board
 * @param readsPerSecond boards that this node reads from the other nodes' store per second
 * @param maxBoards boards that one client may watch
 * @param maxNodeBoards different boards that all clients of this node may watch
 * @param watchesPerSecond watch frames of a client per second; 0 = no limit
 */
public record WatchSettings(
        long intervalMs, int readsPerSecond, int maxBoards, int maxNodeBoards, int watchesPerSecond) {}
