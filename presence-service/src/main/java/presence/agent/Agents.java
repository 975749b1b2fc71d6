package presence.agent;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.board.spi.ClusterDirectory;
import presence.metrics.ServiceMetrics;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.Profile;
import presence.model.RateLimit;

/**
 * The agents of this node. Every call first takes the agent over from the node that has it. Calls are methods of any
 * thread; their stages end on any thread and fail with an {@link AgentRefusedException}, or with another exception if the
 * cluster cannot be asked for an agent that this node does not know.
 */
public final class Agents {
    /** The device of every agent, and of no other member. */
    public static final String DEVICE = Profile.AGENT;

    /** The name in an agent's state that holds its time to live, for the node that takes it over. */
    public static final String TTL_IN_STATE = "agent_ttl_seconds";

    public static final int LEAST_TTL_SECONDS = 5;
    public static final int MOST_TTL_SECONDS = 3_600;
    public static final int DEFAULT_TTL_SECONDS = 60;

    private static final long RETRY_MS = 1_000;
    /** Attempts of a call that met a change by another call, or an agent that is leaving. */
    private static final int MOST_TRIES = 40;

    private static final long POLL_MS = 50;

    /** The agents of one event loop. Used on that loop only. */
    private record Shard(EventLoop loop, Map<AgentKey, Agent> agents) {}

    /** One call, on the loop of its agent. */
    private record Call(Shard shard, String token, AgentKey key) {
        @Nullable Agent agent() {
            return shard.agents.get(key);
        }
    }

    private final List<Shard> shards;
    private final ConnectionManager boards;
    private final AgentLookup lookup;
    private final @Nullable AgentSecret secret;
    private final AgentSettings settings;
    private final AgentMetrics metrics;
    private final LongSupplier clock;
    /** By the name of the token. */
    private final Map<String, AtomicInteger> perToken = new ConcurrentHashMap<>();

    private final Map<String, RateLimit> rates = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /**
     * @param loops each agent lives on one of these
     * @param secret null: agents are refused
     * @param clock monotonic milliseconds
     */
    public Agents(
            List<EventLoop> loops,
            ConnectionManager boards,
            ClusterDirectory directory,
            @Nullable AgentSecret secret,
            AgentSettings settings,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.shards =
                loops.stream().map(loop -> new Shard(loop, new HashMap<>())).toList();
        this.boards = boards;
        this.lookup = new AgentLookup(boards::view, directory::member, clock);
        this.secret = secret;
        this.settings = settings;
        this.metrics = AgentMetrics.in(metrics);
        this.clock = clock;
    }

    /**
     * Makes an agent, or renews it. Ends when other nodes can read what it changed.
     *
     * @param token name of the caller's token
     * @param spec with a time to live
     */
    public CompletionStage<AgentState> put(String token, AgentKey key, AgentSpec spec) {
        return run(token, key, call -> enter(call, spec, true, 1));
    }

    /** Lets an agent follow a path from now on. */
    public CompletionStage<?> move(String token, AgentKey key, AgentPath path) {
        return run(
                token,
                key,
                call -> here(call).thenApply(agent -> {
                    agent.follow(path);
                    return true;
                }));
    }

    /**
     * Sends a signal as an agent.
     *
     * @param to members; empty = all others
     */
    public CompletionStage<?> signal(String token, AgentKey key, String type, byte[] payload, List<MemberId> to) {
        return run(
                token,
                key,
                call -> here(call)
                        .thenCompose(agent -> agent.signal(type, payload, to))
                        .thenApply(sent -> {
                            if (!sent) {
                                throw moved();
                            }
                            return true;
                        }));
    }

    /** Ends an agent; the result is whether there was one. Ends when other nodes can read that it has left. */
    public CompletionStage<Boolean> end(String token, AgentKey key) {
        return run(
                token,
                key,
                call -> recover(
                        here(call).thenCompose(agent -> {
                            agent.leave(LeaveReason.LEFT, AgentMetrics.End.DELETED);
                            return awaitGone(call, agent, 1);
                        }),
                        AgentRefusal.MISSING,
                        () -> CompletableFuture.completedStage(false)));
    }

    /**
     * Waits until the board no longer shows the agent, for two seconds at most: a node that had it before shows it
     * until it receives the take-over.
     */
    private CompletionStage<Boolean> awaitGone(Call call, Agent agent, int tries) {
        return boards.view(call.key.board()).thenCompose(view -> {
            boolean isThere = view.stream()
                    .flatMap(List::stream)
                    .anyMatch(member -> member.id().equals(agent.id));
            return isThere && tries < MOST_TRIES
                    ? later(call.shard.loop, () -> awaitGone(call, agent, tries + 1))
                    : agent.settled().thenApply(done -> true);
        });
    }

    /** Refuses further calls: the node is about to stop. Agents stay until other nodes have taken them over. */
    public void drain() {
        draining = true;
    }

    /** Returns the seats of all agents of this node. */
    public CompletionStage<Collection<Seat>> heldSeats() {
        List<CompletableFuture<List<Seat>>> parts = new ArrayList<>();
        for (Shard shard : shards) {
            CompletableFuture<List<Seat>> part = new CompletableFuture<>();
            parts.add(part);
            shard.loop.execute(() -> part.complete(shard.agents.values().stream()
                    .map(Agent::seat)
                    .flatMap(Optional::stream)
                    .toList()));
        }
        return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> {
                    List<Seat> all = new ArrayList<>();
                    parts.forEach(part -> all.addAll(part.join()));
                    return all;
                });
    }

    private Shard shard(AgentKey key) {
        return shards.get(Math.floorMod(key.hashCode(), shards.size()));
    }

    /** Runs a call on the loop of its agent, if the limits allow it. */
    private <T> CompletionStage<T> run(String token, AgentKey key, Function<Call, CompletionStage<T>> action) {
        Call call = new Call(shard(key), token, key);
        CompletableFuture<T> result = new CompletableFuture<>();
        call.shard.loop.execute(() -> {
            CompletionStage<T> stage;
            try {
                admit(token);
                stage = action.apply(call);
            } catch (CompletionException e) {
                stage = CompletableFuture.failedStage(e);
            }
            stage.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    AgentRefusal reason = reasonOf(failure);
                    if (reason != null) {
                        metrics.refused().increment(reason);
                    }
                    result.completeExceptionally(failure);
                }
            });
        });
        return result;
    }

    private void admit(String token) {
        if (draining) {
            throw refused(AgentRefusal.DRAINING, RETRY_MS);
        }
        secret();
        RateLimit rate = rates.computeIfAbsent(token, name -> new RateLimit(settings.callsPerSecond()));
        synchronized (rate) {
            long wait = rate.take(1, clock.getAsLong());
            if (wait > 0) {
                throw refused(AgentRefusal.RATE, wait);
            }
        }
    }

    private AgentSecret secret() {
        if (secret == null) {
            throw refused(AgentRefusal.OFF, 0);
        }
        return secret;
    }

    /** Takes an agent that exists over to this node, and returns it. */
    private CompletionStage<Agent> here(Call call) {
        return enter(call, AgentSpec.NOTHING, false, 1).thenApply(done -> {
            Agent agent = call.agent();
            if (agent == null) {
                throw moved();
            }
            return agent;
        });
    }

    /**
     * Makes or renews an agent on this node.
     *
     * @param mayCreate false: only one that exists
     * @param tries number of this attempt, from 1
     */
    private CompletionStage<AgentState> enter(Call call, AgentSpec spec, boolean mayCreate, int tries) {
        CompletionStage<AgentState> entered = lookup.find(
                        call.shard.loop, call.key.board(), secret().memberId(call.key))
                .handle((found, failure) -> enter(call, spec, mayCreate, found, failure))
                .thenCompose(stage -> stage);
        if (tries == MOST_TRIES) {
            return entered;
        }
        Supplier<CompletionStage<AgentState>> again = () -> enter(call, spec, mayCreate, tries + 1);
        CompletionStage<AgentState> after = recover(entered, AgentRefusal.ENDING, () -> later(call.shard.loop, again));
        CompletionStage<AgentState> settled = recover(after, AgentRefusal.MOVED, again);
        // It existed when it was looked up, and has left since.
        return mayCreate ? recover(settled, AgentRefusal.MISSING, again) : settled;
    }

    /** @param found null if the other nodes could not be asked: then an agent may be made, but is not missing */
    private CompletionStage<AgentState> enter(
            Call call,
            AgentSpec spec,
            boolean mayCreate,
            AgentLookup.@Nullable Found found,
            @Nullable Throwable failure) {
        Agent here = call.agent();
        if (here != null) {
            return here.ready()
                    .handle((joined, refused) -> here.renew(spec))
                    .thenCompose(renewed -> renewed)
                    .thenApply(state -> {
                        if (state.isEmpty()) {
                            // Its join failed, or another node has taken it over and its board will report that.
                            call.shard.agents.remove(call.key, here);
                        }
                        return state.orElseThrow(Agents::moved);
                    });
        }
        boolean exists = found != null && found.exists();
        if (!exists && !mayCreate) {
            return CompletableFuture.failedStage(
                    failure == null ? new AgentRefusedException(AgentRefusal.MISSING) : failure);
        }
        if (mayCreate && !hasRoom(call.token)) {
            return CompletableFuture.failedStage(new AgentRefusedException(AgentRefusal.TOKEN_FULL));
        }
        boolean keepsProfile = exists && spec.profile() == null;
        return add(call)
                .join(
                        exists ? spec : spec.orPlain(call.key),
                        secret().chosen(call.key),
                        mayCreate && !keepsProfile,
                        found == null ? 0 : found.version());
    }

    private boolean hasRoom(String token) {
        AtomicInteger count = perToken.get(token);
        return settings.perToken() == 0 || count == null || count.get() < settings.perToken();
    }

    private Agent add(Call call) {
        perToken.computeIfAbsent(call.token, name -> new AtomicInteger()).incrementAndGet();
        metrics.here().incrementAndGet();
        Agent agent = new Agent(
                call.key,
                call.token,
                secret().memberId(call.key),
                call.shard.loop,
                boards,
                this::onEnd,
                settings,
                clock);
        call.shard.agents.put(call.key, agent);
        return agent;
    }

    private void onEnd(Agent agent, AgentMetrics.End reason, boolean wasHere) {
        shard(agent.key).agents.remove(agent.key, agent);
        AtomicInteger count = perToken.get(agent.token);
        if (count != null) {
            count.decrementAndGet();
        }
        metrics.here().decrementAndGet();
        if (wasHere) {
            metrics.ended().increment(reason);
        }
    }

    private static <T> CompletionStage<T> later(EventLoop loop, Supplier<CompletionStage<T>> action) {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        loop.schedule(() -> pause.complete(null), POLL_MS, TimeUnit.MILLISECONDS);
        return pause.thenCompose(done -> action.get());
    }

    private static <T> CompletionStage<T> recover(
            CompletionStage<T> stage, AgentRefusal from, Supplier<CompletionStage<T>> other) {
        return stage.handle((value, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(value);
                    }
                    return reasonOf(failure) == from ? other.get() : CompletableFuture.<T>failedStage(failure);
                })
                .thenCompose(next -> next);
    }

    private static @Nullable AgentRefusal reasonOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof AgentRefusedException refused ? refused.reason() : null;
    }

    static CompletionException refused(AgentRefusal reason, long retryAfterMs) {
        return new CompletionException(new AgentRefusedException(reason, retryAfterMs));
    }

    static CompletionException moved() {
        return refused(AgentRefusal.MOVED, RETRY_MS);
    }
}
