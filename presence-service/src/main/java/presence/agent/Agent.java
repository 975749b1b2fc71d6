package presence.agent;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.board.spi.JoinLimit;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Position;
import presence.model.Profile;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/**
 * One agent on this node, as a client of its board that discards what the board sends. It lives from the call that
 * makes it here, or takes it over, until it ends or another node takes it over. Its event loop only.
 */
final class Agent extends SilentClient {
    /** The registry of agents, which an agent notifies. */
    interface Owner {
        /**
         * An agent has left this registry's node, for the reason; called once.
         *
         * @param wasHere whether it was a member here
         */
        void onEnd(Agent agent, AgentMetrics.End reason, boolean wasHere);
    }

    /** Completes the profile of a new member, and marks it. */
    private static final Profile GRANTED = new Profile("", "", "", "", Agents.DEVICE);

    private static final byte[] NO_KEY = {};
    private static final long RETRY_MS = 1_000;

    final AgentKey key;
    /** The name of the token of the call that made it here or took it over. */
    final String token;

    /** The id of its member, the same on every node. */
    final MemberId id;

    private final ConnectionManager boards;
    private final Owner owner;
    private final AgentSettings settings;
    private final AgentWalk walk;
    private final AgentExpiry expiry;
    private final CompletableFuture<Member> ready = new CompletableFuture<>();

    /** Why its join will be refused; null if this package does not refuse it. Written on any thread. */
    private volatile @Nullable AgentRefusal refusal;
    /** Whether its key belonged to no member. Written on any thread. */
    private volatile boolean created;

    private @Nullable Seat seat;
    private boolean hasRoster;
    private boolean ended;
    private List<String> stateNames = List.of();
    private int ttlSeconds;
    /** When the board relays the next signal, if it has refused the last one; else 0. */
    private long signalWaitMs;

    /**
     * @param clock monotonic milliseconds
     */
    Agent(
            AgentKey key,
            String token,
            MemberId id,
            EventLoop loop,
            ConnectionManager boards,
            Owner owner,
            AgentSettings settings,
            LongSupplier clock) {
        super(loop);
        this.key = key;
        this.token = token;
        this.id = id;
        this.boards = boards;
        this.owner = owner;
        this.settings = settings;
        this.walk = new AgentWalk(loop, settings.stepMs(), clock, to -> move(to, clock.getAsLong()));
        this.expiry = new AgentExpiry(loop, clock, () -> leave(LeaveReason.TIMED_OUT, AgentMetrics.End.EXPIRED));
    }

    /**
     * Joins its board, or takes its member over from the node that has it. Fails with an {@link AgentRefusedException}.
     *
     * @param chosen from which its resume key follows
     * @param mayCreate false: only if there is such a member
     * @param version which the member's must exceed here
     */
    CompletionStage<AgentState> join(AgentSpec spec, byte[] chosen, boolean mayCreate, long version) {
        ttlSeconds = spec.ttlSeconds();
        refusal = mayCreate ? null : AgentRefusal.MISSING;
        ClientEvent.Join request = new ClientEvent.Join(
                ClientEvent.NO_REQUEST_ID,
                key.board(),
                marked(spec.profile()),
                spec.status(),
                spec.state() == null ? Map.of() : withTtl(spec.state()),
                NO_KEY,
                false,
                chosen,
                version,
                false,
                false);
        seat = boards.join(request, this, GRANTED, () -> mayJoin(mayCreate), null);
        if (seat == null) {
            fail(AgentRefusal.NODE_FULL, AgentMetrics.End.LOST);
        }
        return ready.thenCompose(joined -> renew(spec)).thenApply(state -> state.orElseThrow(Agents::moved));
    }

    /** Decides on a join whose key belongs to no member; on the board's loop. */
    private CompletionStage<JoinLimit.Allowance> mayJoin(boolean mayCreate) {
        return boards.view(key.board()).thenApply(view -> {
            List<Member> members = view.orElse(List.of());
            if (members.stream().anyMatch(member -> member.id().equals(id))) {
                // It is about to leave: a join now would get another key and show a second member.
                refusal = AgentRefusal.ENDING;
            } else if (mayCreate && !hasRoom(members)) {
                refusal = AgentRefusal.BOARD_FULL_OF_AGENTS;
            }
            created = refusal == null;
            return created ? JoinLimit.Allowance.UNCOUNTED : new JoinLimit.Allowance(0, RETRY_MS);
        });
    }

    private boolean hasRoom(Collection<Member> members) {
        int most = settings.perBoard();
        return most == 0
                || members.stream()
                                .filter(member -> member.profile().device().equals(Agents.DEVICE))
                                .count()
                        < most;
    }

    private static @Nullable Profile marked(@Nullable Profile profile) {
        return profile == null ? null : profile.overriddenBy(GRANTED);
    }

    private Map<String, byte[]> withTtl(Map<String, byte[]> state) {
        Map<String, byte[]> all = new LinkedHashMap<>(state);
        if (ttlSeconds > 0) {
            all.put(Agents.TTL_IN_STATE, String.valueOf(ttlSeconds).getBytes(StandardCharsets.US_ASCII));
        }
        return all;
    }

    /** Ends when it is on its board; fails with an {@link AgentRefusedException} if its join is refused. */
    CompletionStage<Member> ready() {
        return ready;
    }

    /**
     * Applies a call. Ends when other nodes can read what it changed, with the result; with empty if another node has taken
     * the agent over meanwhile.
     */
    CompletionStage<Optional<AgentState>> renew(AgentSpec spec) {
        Seat here = seat;
        if (here == null || ended) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        boolean isNew = created;
        created = false;
        if (spec.ttlSeconds() > 0) {
            ttlSeconds = spec.ttlSeconds();
        }
        Map<String, byte[]> set = withTtl(spec.state() == null ? Map.of() : spec.state());
        List<String> unset = new ArrayList<>();
        if (spec.state() != null) {
            unset.addAll(stateNames);
            unset.removeAll(set.keySet());
            stateNames = List.copyOf(set.keySet());
        }
        here.patch(new ClientEvent.StatePatch(
                ClientEvent.NO_REQUEST_ID, here.boardRef(), set, unset, marked(spec.profile()), spec.status()));
        if (spec.cursor() != null) {
            walk.follow(AgentPath.to(spec.cursor()));
        }
        restartExpiry();
        int ttl = ttlSeconds;
        return here.settle()
                .thenApplyAsync(found -> found.map(record -> new AgentState(record, isNew, ttl)), eventLoop());
    }

    private void restartExpiry() {
        if (!ended) {
            expiry.begin(1_000L * ttlSeconds);
        }
    }

    /** Follows a path from now on; it replaces the path before. */
    void follow(AgentPath path) {
        restartExpiry();
        walk.follow(path);
    }

    private void move(Position to, long nowMs) {
        Seat here = seat;
        if (here != null && !ended) {
            here.move(
                    new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, here.boardRef(), to.x(), to.y(), to.hidden()),
                    nowMs);
        }
    }

    /**
     * Sends a signal as this agent. Ends with true; with false if another node has taken it over meanwhile. Fails with an
     * {@link AgentRefusedException} if the board relays no more signals now.
     *
     * @param to members; empty = all others
     */
    CompletionStage<Boolean> signal(String type, byte[] payload, List<MemberId> to) {
        Seat here = seat;
        if (here == null || ended) {
            return CompletableFuture.completedStage(false);
        }
        restartExpiry();
        signalWaitMs = 0;
        here.signal(type, payload, to);
        // The board refuses a signal before it answers this.
        return here.settle().thenApplyAsync(Optional::isPresent, eventLoop()).thenApply(present -> {
            if (signalWaitMs > 0) {
                throw Agents.refused(AgentRefusal.RATE, signalWaitMs);
            }
            return present;
        });
    }

    @Override
    public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {
        signalWaitMs = Math.max(1, retryAfterMs);
    }

    /** Leaves the board. */
    void leave(LeaveReason reason, AgentMetrics.End end) {
        Seat here = seat;
        if (here != null && !ended) {
            end(end);
            here.leave(reason);
        }
    }

    /** Ends when other nodes can read all its changes so far. */
    CompletionStage<?> settled() {
        Seat here = seat;
        return here == null ? CompletableFuture.completedStage(null) : here.settle();
    }

    /** Returns its seat until it has none. */
    Optional<Seat> seat() {
        return ended ? Optional.empty() : Optional.ofNullable(seat);
    }

    private void end(AgentMetrics.End reason) {
        if (!ended) {
            ended = true;
            walk.stop();
            expiry.cancel();
            owner.onEnd(this, reason, ready.isDone());
        }
    }

    /** Ends it without a leave, and fails its join if that is pending. */
    private void fail(AgentRefusal why, AgentMetrics.End end) {
        end(end);
        ready.completeExceptionally(new AgentRefusedException(why, why == AgentRefusal.MISSING ? 0 : RETRY_MS));
    }

    @Override
    public void write(ServerFrameKind kind, ByteBuf frame) {
        frame.release();
        Seat here = seat;
        if (kind == ServerFrameKind.ROSTER && !hasRoster && here != null) {
            hasRoster = true;
            here.settle().thenAcceptAsync(this::onJoined, eventLoop());
        }
    }

    private void onJoined(Optional<Member> found) {
        if (ended) {
            return;
        }
        if (found.isEmpty()) {
            fail(AgentRefusal.MOVED, AgentMetrics.End.MOVED);
        } else if (!found.get().id().equals(id)) {
            // Its key came into use since the board decided.
            Seat here = seat;
            fail(AgentRefusal.ENDING, AgentMetrics.End.LOST);
            if (here != null) {
                here.leave(LeaveReason.LEFT);
            }
        } else {
            Member record = found.get();
            stateNames = List.copyOf(record.state().values().keySet());
            if (ttlSeconds == 0) {
                ttlSeconds = ttlIn(record);
            }
            ready.complete(record);
        }
    }

    private static int ttlIn(Member record) {
        byte[] text = record.state().values().get(Agents.TTL_IN_STATE);
        try {
            int seconds = text == null ? 0 : Integer.parseInt(new String(text, StandardCharsets.US_ASCII));
            return seconds >= Agents.LEAST_TTL_SECONDS && seconds <= Agents.MOST_TTL_SECONDS
                    ? seconds
                    : Agents.DEFAULT_TTL_SECONDS;
        } catch (NumberFormatException e) {
            return Agents.DEFAULT_TTL_SECONDS;
        }
    }

    @Override
    public void startOver(String why) {
        Seat here = seat;
        fail(AgentRefusal.MOVED, AgentMetrics.End.LOST);
        if (here != null) {
            here.lose();
        }
    }

    @Override
    public void onSeatLost(Seat lost, ErrorCode why, ByteBuf frame) {
        frame.release();
        AgentRefusal known = refusal;
        switch (why) {
            case REPLACED -> fail(AgentRefusal.MOVED, AgentMetrics.End.MOVED);
            case KICKED, FORBIDDEN -> fail(AgentRefusal.BANNED, AgentMetrics.End.KICKED);
            default -> fail(known == null ? AgentRefusal.BOARD_FULL : known, AgentMetrics.End.LOST);
        }
    }
}
