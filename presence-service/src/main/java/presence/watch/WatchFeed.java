package presence.watch;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import presence.board.BoardClient;
import presence.board.ClientMemory;

/**
 * Sends the watching clients of one event loop what has changed: each of them once a second, a tenth of them per tick.
 * New watches, and those whose reader takes a long answer in parts, are looked at in every tick. Its event loop only,
 * but for the constructor.
 */
public final class WatchFeed {
    /** Shortest time between two answers to a client, apart from the parts of one. */
    static final long INTERVAL_MS = 1_000;

    private static final int PHASES = 10;
    private static final long TICK_MS = INTERVAL_MS / PHASES;

    private final EventLoop loop;
    private final WatchedBoards boards;
    private final ByteBufAllocator allocator;
    private final ClientMemory memory;
    private final List<Set<BoardWatch>> phases = new ArrayList<>();
    private final Set<BoardWatch> unfinished = new HashSet<>();
    private int phase;
    private int clients;
    private boolean running;

    public WatchFeed(EventLoop loop, WatchedBoards boards, ByteBufAllocator allocator, ClientMemory memory) {
        this.loop = loop;
        this.boards = boards;
        this.allocator = allocator;
        this.memory = memory;
        for (int i = 0; i < PHASES; i++) {
            phases.add(new HashSet<>());
        }
    }

    public WatchSettings settings() {
        return boards.settings();
    }

    /** Makes the watch of a client, which watches nothing yet. */
    public BoardWatch newWatch(BoardClient client) {
        return new BoardWatch(client, this, boards, allocator, memory);
    }

    /** Adds a watch that has not been answered. Returns its place. */
    int add(BoardWatch watch) {
        clients++;
        // The last in turn: it was answered just now, or will be soon.
        int place = (phase + PHASES - 1) % PHASES;
        phases.get(place).add(watch);
        startTicks();
        return place;
    }

    void remove(BoardWatch watch, int place) {
        clients--;
        phases.get(place).remove(watch);
        unfinished.remove(watch);
    }

    /** Has a watch looked at in each tick, until it is finished. */
    void addUnfinished(BoardWatch watch) {
        unfinished.add(watch);
    }

    private void startTicks() {
        if (!running) {
            running = true;
            loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        // Copies: a client whose connection ends while it is written to is removed.
        for (BoardWatch watch : List.copyOf(unfinished)) {
            if (watch.goOn()) {
                unfinished.remove(watch);
            }
        }
        for (BoardWatch watch : List.copyOf(phases.get(phase))) {
            watch.sendChanges();
        }
        phase = (phase + 1) % PHASES;
        running = clients > 0;
        if (running) {
            loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
        }
    }
}
