package presence.board;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.ClusterBus;
import presence.board.spi.JoinLimit;
import presence.metrics.ServiceMetrics;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.BoardSize;
import presence.model.BoardSummary;
import presence.model.Kick;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Profile;
import presence.wire.ClientEvent;

/**
 * Registry of the boards on this node. The first join of a board creates it and subscribes to it on the cluster;
 * some time after the last leave the board is dropped and unsubscribed. Thread-safe.
 */
public final class ConnectionManager {
    /** One in this many of the boards a node may have may linger. */
    private static final int LINGERING_SHARE = 4;
    /** Lingering boards are dropped early when fewer than one in this many of the allowed boards is free. */
    private static final int ROOM_SHARE = 8;

    /** The smallest first; of boards of one size the last one by name. */
    private static final Comparator<BoardSize> BY_SIZE = Comparator.comparingInt(BoardSize::members)
            .thenComparing(size -> size.board().value(), Comparator.reverseOrder());

    private final List<BoardLoop> loops;
    private final BoardSettings settings;
    private final ClusterBus bus;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final ConcurrentHashMap<BoardId, Board> boards = new ConcurrentHashMap<>();
    /** Guarded by itself. */
    private final SlotAllocator refs;

    private final LocalUsers users;
    private final Bans bans;
    private final LingeringBoards lingering;
    private final Board.Registry registry = new HolderCounts();

    /**
     * @param loops each board lives on one of these
     * @param clock monotonic milliseconds
     */
    public ConnectionManager(
            List<EventLoop> loops,
            ByteBufAllocator allocator,
            BoardSettings settings,
            ClusterBus bus,
            ServiceMetrics metrics,
            ClientMemory memory,
            LongSupplier clock) {
        this(loops, allocator, settings, bus, metrics, memory, clock, new SecureRandom());
    }

    /** @param random source of resume keys, which must not be predictable */
    public ConnectionManager(
            List<EventLoop> loops,
            ByteBufAllocator allocator,
            BoardSettings settings,
            ClusterBus bus,
            ServiceMetrics metrics,
            ClientMemory memory,
            LongSupplier clock,
            Random random) {
        TickPolicy tickPolicy = new TickPolicy(settings.tickMs(), settings.slowestTickMs());
        Map<EventLoop, LoopLoad> loads = new ConcurrentHashMap<>();
        this.loops = loops.stream()
                .map(loop -> new BoardLoop(loop, clock, allocator, tickPolicy, loads, memory, random))
                .toList();
        this.settings = settings;
        this.bus = bus;
        this.metrics = metrics;
        this.clock = clock;
        this.bans = new Bans(clock);
        this.refs = new SlotAllocator(settings.slotRestMs());
        this.users = new LocalUsers(this.loops.get(0), settings.rosterTickMs(), bus.directory());
        this.lingering = new LingeringBoards(
                this.loops.get(0),
                Math.max(settings.lingerMs(), settings.rosterTickMs()),
                Math.max(1, settings.maxBoards() / LINGERING_SHARE));
        metrics.watch("presence.boards.lingering", "boards without a local member", lingering, LingeringBoards::size);
        metrics.watch("presence.boards.max", "limit of boards on this node", settings, BoardSettings::maxBoards);
        metrics.watch(
                "presence.users.local",
                "users with a session on this node, or lingering after their last one",
                users,
                LocalUsers::size);
    }

    /**
     * Joins a client to a board. Returns its seat at once, whose cursor may be moved from now on; the roster follows
     * when the board has flushed. Returns null if the node has reached its limit of boards.
     *
     * @param granted the authenticated profile: completes the profile of a new member, and restricts resuming to
     *     members of its user; without a user nothing is authenticated
     */
    public @Nullable Seat join(ClientEvent.Join request, BoardClient client, Profile granted) {
        return join(request, client, granted, null, null);
    }

    /**
     * Does the same for a join that was not counted because it comes with a resume key.
     *
     * @param unknownKey counts the join if the key belongs to no member, and decides whether it is allowed; called on
     *     the board's event loop
     * @param former the client's seat of the other kind on this board, which the new one replaces without a gap in what
     *     the client is sent, unless the join is refused; null if it has none
     */
    public @Nullable Seat join(
            ClientEvent.Join request,
            BoardClient client,
            Profile granted,
            @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey,
            @Nullable Seat former) {
        Board board = hold(request.board());
        if (board == null) {
            return null;
        }
        Seat seat = board.newSeat(client, request, granted, unknownKey, former);
        board.execute(() -> board.join(seat, request));
        return seat;
    }

    /** Returns the number of members of this node on all boards, including members in their grace period. */
    public int localMembers() {
        return metrics.localMembers.get();
    }

    /** Returns the number of users with a session on this node, including users that linger after their last one. */
    public int localUsers() {
        return users.size();
    }

    /**
     * Returns the members of a board as this node shows them; empty if it does not follow the board or has not read it
     * yet.
     */
    public CompletionStage<Optional<List<Member>>> view(BoardId id) {
        return ask(id, Board::view);
    }

    /** Returns how many are on a board, as this node knows it; empty where {@link #view} is. */
    public CompletionStage<Optional<BoardCounts>> counts(BoardId id) {
        return ask(id, Board::counts);
    }

    /** Returns what is shown of a board to clients that watch it; empty where {@link #view} is. */
    public CompletionStage<Optional<BoardSummary>> summary(BoardId id) {
        return ask(id, Board::summary);
    }

    /** Returns whether this node follows a board: then {@link #summary} needs no other node, once the board is read. */
    public boolean follows(BoardId id) {
        return boards.containsKey(id);
    }

    private <T> CompletionStage<Optional<T>> ask(BoardId id, Function<Board, Optional<T>> question) {
        Board board = boards.get(id);
        if (board == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        board.execute(() -> answer.complete(question.apply(board)));
        return answer;
    }

    /** Returns the bans this node knows. */
    public Bans bans() {
        return bans;
    }

    /** Removes the members and observers named by the kick from the boards of this node. */
    public void kick(Kick kick) {
        boards.forEach((id, board) -> {
            if (kick.concerns(id)) {
                board.execute(() -> board.kick(kick));
            }
        });
    }

    /** Delivers an operator's signal to local members and observers of a board. */
    public void signal(BoardId id, String type, byte[] payload, List<MemberId> to) {
        Board board = boards.get(id);
        if (board != null) {
            board.execute(() -> board.onOperatorSignal(type, payload, to));
        }
    }

    /** Returns the current boards. */
    public Collection<Board> all() {
        return List.copyOf(boards.values());
    }

    /**
     * Returns the boards with the most members, the largest first; boards without members are left out. Takes no time of
     * an event loop; a count may be one roster tick old.
     *
     * @param most of them
     */
    public List<BoardSize> largest(int most) {
        PriorityQueue<BoardSize> found = new PriorityQueue<>(BY_SIZE);
        for (Board board : boards.values()) {
            BoardSize size = board.size();
            if (size.members() > 0) {
                found.add(size);
                if (found.size() > most) {
                    found.remove();
                }
            }
        }
        return found.stream().sorted(BY_SIZE.reversed()).toList();
    }

    /** Returns null if there is no room for another board. */
    private @Nullable Board hold(BoardId id) {
        return boards.compute(id, (key, existing) -> {
            Board board = existing == null ? create(key) : existing;
            if (board != null) {
                lingering.remove(board);
                board.holders++;
            }
            return board;
        });
    }

    private @Nullable Board create(BoardId id) {
        int many = metrics.boards.incrementAndGet();
        // Boards are dropped asynchronously on their event loops: start before the limit is reached.
        if (many > settings.maxBoards() - Math.max(1, settings.maxBoards() / ROOM_SHARE)) {
            lingering.makeRoom();
        }
        if (many > settings.maxBoards()) {
            metrics.boards.decrementAndGet();
            return null;
        }
        int ref;
        synchronized (refs) {
            ref = refs.allocate(clock.getAsLong());
        }
        BoardLoop loop = loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
        Board board = new Board(id, ref, loop, settings, registry, bans, users, bus, metrics);
        board.execute(board::start);
        return board;
    }

    private final class HolderCounts implements Board.Registry {
        /** Adds a holder to a board; on the board's loop. */
        @Override
        public void hold(Board board) {
            boards.computeIfPresent(board.id(), (id, held) -> {
                lingering.remove(held);
                held.holders++;
                return held;
            });
        }

        /** Removes a holder from a board; on the board's loop. */
        @Override
        public void release(Board board) {
            boards.computeIfPresent(board.id(), (id, held) -> {
                if (--held.holders == 0) {
                    lingering.add(held);
                }
                return held;
            });
        }

        /** Drops a board whose linger time is over unless it has a holder again; on the board's loop. */
        @Override
        public void dropIfIdle(Board board) {
            boards.computeIfPresent(board.id(), (id, held) -> {
                if (held != board || held.holders > 0 || lingering.contains(held)) {
                    return held;
                }
                held.close();
                metrics.boards.decrementAndGet();
                synchronized (refs) {
                    refs.free(held.ref(), clock.getAsLong());
                }
                return null;
            });
        }
    }
}
