package presence.cluster.events;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import presence.board.spi.Inconsistency;
import presence.cluster.node.FailureDetector;
import presence.cluster.node.LeaseStore;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.ThrottledLog;
import presence.events.Change;
import presence.events.EventMetrics;
import presence.events.EventStore;
import presence.model.BoardId;
import presence.model.Origin;

/** The event log in Redis, shared by all nodes. Thread-safe. */
public final class RedisEventStore implements EventStore {
    /** Most changes kept while Redis cannot be used, some 300 bytes each. */
    private static final int MOST_WAITING = 100_000;

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final Supplier<Origin> self;
    private final LeaseStore leases;
    private final FailureDetector detector;
    private final EventScripts scripts;
    private final EventWriter writer;
    private final ThrottledLog failures;

    /**
     * @param self the present origin of this node
     * @param later runs retries
     */
    public RedisEventStore(
            RedisConnections redis,
            RedisKeys keys,
            EventLimits limits,
            Supplier<Origin> self,
            LeaseStore leases,
            FailureDetector detector,
            ScheduledExecutorService later,
            EventMetrics metrics,
            ThrottledLog failures) {
        this.redis = redis;
        this.keys = keys;
        this.self = self;
        this.leases = leases;
        this.detector = detector;
        this.failures = failures;
        scripts = new EventScripts(redis, keys, limits);
        writer = new EventWriter(scripts, self.get(), redis::areCommandsUp, later, MOST_WAITING, metrics, failures);
    }

    @Override
    public void append(Change change) {
        writer.append(change);
    }

    /** The number of changes that are not stored yet. */
    public int waiting() {
        return writer.waiting();
    }

    @Override
    public CompletionStage<Page> read(String after, int most) {
        return redis.commands()
                .thenCompose(commands ->
                        commands.list(EventReader.SCRIPT, EventReader.keys(keys), EventReader.args(after, most)))
                .thenApply(EventReader::page);
    }

    /** Sends what waits: the connection is back. */
    public void onConnected() {
        writer.onConnected();
    }

    /** Continues under another incarnation of this node. */
    public void reincarnate(Origin next) {
        writer.reincarnate(next);
    }

    /** Has the members of a dead owner leave the log. */
    public void reap(Origin owner) {
        scripts.reap(owner).whenComplete((done, failure) -> {
            if (failure != null) {
                failures.warn("the members of a dead node stay in the event log, retrying owner=" + owner, failure);
            }
        });
    }

    /** Has the members of nodes leave that died before this one knew them. */
    public void reapLeftovers() {
        leftovers().thenAccept(owners -> owners.forEach(this::reap));
    }

    @Override
    public CompletionStage<?> retire() {
        if (!redis.areCommandsUp()) {
            return CompletableFuture.completedStage(null);
        }
        return writer.whenIdle().thenCompose(idle -> scripts.reap(self.get()));
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        return own().thenCombine(leftovers(), (found, left) -> {
                    left.forEach(owner -> found.add(new Inconsistency(
                            "members of a dead node in the event log origin", owner, 1, 0, () -> reap(owner))));
                    return found;
                })
                .exceptionally(failure -> List.of());
    }

    private CompletionStage<List<Inconsistency>> own() {
        Map<String, Change> before = writer.settled();
        if (before == null) {
            return CompletableFuture.completedStage(new ArrayList<>());
        }
        Origin owner = self.get();
        return redis.commands()
                .thenCompose(commands -> commands.smembers(keys.eventMembers(owner)))
                .thenApply(fields -> {
                    List<Inconsistency> found = new ArrayList<>();
                    if (before.equals(writer.settled())) {
                        compare(owner, before.keySet(), fields, found);
                    }
                    return found;
                });
    }

    private void compare(Origin owner, Set<String> should, Set<byte[]> is, List<Inconsistency> found) {
        Set<String> missing = new HashSet<>(should);
        List<Change> leaves = new ArrayList<>();
        for (byte[] bytes : is) {
            String field = new String(bytes, StandardCharsets.UTF_8);
            int space = field.indexOf(' ');
            if (!missing.remove(field) && space > 0) {
                leaves.add(Change.leave(
                        new BoardId(field.substring(space + 1)),
                        field.substring(0, space),
                        System.currentTimeMillis()));
            }
        }
        if (!missing.isEmpty() || !leaves.isEmpty()) {
            found.add(new Inconsistency(
                    "members in the event log origin",
                    owner,
                    leaves.size(),
                    missing.size(),
                    () -> writer.repair(missing, leaves)));
        }
    }

    /** Finds the owners in the log that are not alive. */
    private CompletionStage<List<Origin>> leftovers() {
        return redis.commands()
                .thenCompose(commands -> commands.hgetall(keys.eventOwners()))
                .thenCompose(owners -> {
                    List<Origin> left = Collections.synchronizedList(new ArrayList<>());
                    List<CompletableFuture<?>> reads = new ArrayList<>();
                    owners.forEach((owner, last) -> {
                        if (!new String(last, StandardCharsets.UTF_8).startsWith("dead")) {
                            reads.add(addIfDead(Origin.parse(owner), left).toCompletableFuture());
                        }
                    });
                    return CompletableFuture.allOf(reads.toArray(CompletableFuture<?>[]::new))
                            .thenApply(done -> left);
                });
    }

    private CompletionStage<?> addIfDead(Origin owner, List<Origin> left) {
        return leases.read(owner.node()).thenAccept(lease -> {
            if (!detector.accepts(owner, lease)) {
                left.add(owner);
            }
        });
    }
}
