package presence.admin;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.Inconsistency;
import presence.metrics.ServiceMetrics;
import presence.model.AuditReport;

/**
 * Compares live connections, boards, what clients were shown, and what stands in Redis, and mends what
 * differs. Everything is looked at twice, {@value #PAUSE_MS} ms apart, and only what is wrong in the same way
 * both times counts: what is under way looks wrong once. Thread-safe; one audit runs at a time.
 */
public final class GhostAudit {
    public static final long PAUSE_MS = 1_000;
    private static final Logger log = LoggerFactory.getLogger(GhostAudit.class);
    private static final int LOGGED = 5;

    private record Look(int boards, List<Inconsistency> flaws) {}

    private final ConnectionManager boards;
    private final ClusterDirectory directory;
    private final Supplier<CompletionStage<Collection<Seat>>> heldSeats;
    private final EventLoop loop;
    private final ServiceMetrics metrics;
    private final AtomicReference<@Nullable CompletionStage<AuditReport>> running = new AtomicReference<>();

    /**
     * @param heldSeats those that open connections count on
     * @param loop where pauses are timed
     */
    public GhostAudit(
            ConnectionManager boards,
            ClusterBus bus,
            Supplier<CompletionStage<Collection<Seat>>> heldSeats,
            EventLoop loop,
            ServiceMetrics metrics) {
        this.boards = boards;
        this.directory = bus.directory();
        this.heldSeats = heldSeats;
        this.loop = loop;
        this.metrics = metrics;
    }

    /** Audits again and again. */
    public void every(long intervalMs) {
        loop.scheduleAtFixedRate(this::run, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    /** Audits now, or joins the audit that is under way. */
    public CompletionStage<AuditReport> run() {
        CompletableFuture<AuditReport> mine = new CompletableFuture<>();
        CompletionStage<AuditReport> earlier = running.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier;
        }
        look().thenCompose(this::confirm).whenComplete((report, failure) -> {
            running.set(null);
            if (failure == null) {
                mine.complete(report);
            } else {
                log.warn("audit failed cause={}", failure.toString());
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private CompletionStage<AuditReport> confirm(Look first) {
        metrics.audits.increment();
        if (first.flaws.isEmpty()) {
            return CompletableFuture.completedFuture(new AuditReport(first.boards, 0, 0, List.of()));
        }
        CompletableFuture<Look> second = new CompletableFuture<>();
        loop.schedule(
                () -> look().whenComplete((look, failure) -> {
                    if (failure == null) {
                        second.complete(look);
                    } else {
                        second.completeExceptionally(failure);
                    }
                }),
                PAUSE_MS,
                TimeUnit.MILLISECONDS);
        return second.thenApply(look -> mend(
                first.boards,
                look.flaws.stream()
                        .filter(flaw -> first.flaws.stream().anyMatch(flaw::isSameAs))
                        .toList()));
    }

    private AuditReport mend(int looked, List<Inconsistency> flaws) {
        int ghosts = 0;
        int missing = 0;
        List<String> repaired = new ArrayList<>();
        for (Inconsistency flaw : flaws) {
            ghosts += flaw.ghosts();
            missing += flaw.missing();
            flaw.repair().run();
            repaired.add(flaw.toString());
        }
        metrics.auditGhosts.increment(ghosts);
        metrics.auditMissing.increment(missing);
        metrics.auditRepaired.increment(flaws.size());
        if (!flaws.isEmpty()) {
            log.warn(
                    "audit repaired flaws={} ghosts={} missing={} first={}",
                    flaws.size(),
                    ghosts,
                    missing,
                    repaired.subList(0, Math.min(LOGGED, repaired.size())));
        }
        return new AuditReport(looked, ghosts, missing, repaired);
    }

    /** One board after the other, so that an audit is no burst. */
    private CompletionStage<Look> look() {
        return heldSeats.get().thenCompose(seats -> {
            Map<Seat.Host, Set<Seat>> held = new HashMap<>();
            seats.forEach(seat ->
                    held.computeIfAbsent(seat.board(), board -> new HashSet<>()).add(seat));
            Set<Seat.Host> all = new HashSet<>(boards.all());
            all.addAll(held.keySet());
            List<Inconsistency> flaws = new ArrayList<>();
            return lookAtAll(all.iterator(), held, flaws)
                    .thenCompose(done -> directory.look())
                    .thenApply(found -> {
                        flaws.addAll(found);
                        return new Look(all.size(), flaws);
                    });
        });
    }

    private static CompletionStage<?> lookAtAll(
            Iterator<Seat.Host> all, Map<Seat.Host, Set<Seat>> held, List<Inconsistency> flaws) {
        if (!all.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        Seat.Host board = all.next();
        return board.look(held.getOrDefault(board, Set.of()))
                .thenComposeAsync(
                        found -> {
                            flaws.addAll(found);
                            return lookAtAll(all, held, flaws);
                        },
                        board::execute);
    }
}
