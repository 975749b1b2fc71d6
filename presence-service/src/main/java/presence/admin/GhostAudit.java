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
 * Compares live connections, boards, what clients were shown, and what is stored in Redis, and repairs inconsistencies.
 * Everything is inspected twice, {@value #PAUSE_MS} ms apart, and only what is found both times counts: a change in
 * progress is found once. Thread-safe; one audit runs at a time.
 */
public final class GhostAudit {
    public static final long PAUSE_MS = 1_000;
    private static final Logger log = LoggerFactory.getLogger(GhostAudit.class);
    private static final int LOGGED = 5;

    private record Inspection(int boards, List<Inconsistency> flaws) {}

    private final ConnectionManager boards;
    private final ClusterDirectory directory;
    private final Supplier<CompletionStage<Collection<Seat>>> heldSeats;
    private final Supplier<CompletionStage<List<Inconsistency>>> others;
    private final EventLoop loop;
    private final ServiceMetrics metrics;
    private final AtomicReference<@Nullable CompletionStage<AuditReport>> running = new AtomicReference<>();

    public GhostAudit(
            ConnectionManager boards,
            ClusterBus bus,
            Supplier<CompletionStage<Collection<Seat>>> heldSeats,
            EventLoop loop,
            ServiceMetrics metrics) {
        this(boards, bus, heldSeats, () -> CompletableFuture.completedStage(List.of()), loop, metrics);
    }

    /**
     * @param heldSeats the seats that open connections refer to
     * @param others finds what boards and the directory do not know of
     * @param loop runs the timers
     */
    public GhostAudit(
            ConnectionManager boards,
            ClusterBus bus,
            Supplier<CompletionStage<Collection<Seat>>> heldSeats,
            Supplier<CompletionStage<List<Inconsistency>>> others,
            EventLoop loop,
            ServiceMetrics metrics) {
        this.others = others;
        this.boards = boards;
        this.directory = bus.directory();
        this.heldSeats = heldSeats;
        this.loop = loop;
        this.metrics = metrics;
    }

    /** Audits periodically. */
    public void every(long intervalMs) {
        loop.scheduleAtFixedRate(this::run, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    /** Starts an audit, or joins the one that is running. */
    public CompletionStage<AuditReport> run() {
        CompletableFuture<AuditReport> mine = new CompletableFuture<>();
        CompletionStage<AuditReport> earlier = running.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier;
        }
        inspect().thenCompose(this::confirm).whenComplete((report, failure) -> {
            running.set(null);
            if (failure == null) {
                mine.complete(report);
            } else {
                log.warn("audit failed reason={}", failure.toString());
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private CompletionStage<AuditReport> confirm(Inspection first) {
        metrics.audits.increment();
        if (first.flaws.isEmpty()) {
            return CompletableFuture.completedFuture(new AuditReport(first.boards, 0, 0, List.of()));
        }
        CompletableFuture<Inspection> second = new CompletableFuture<>();
        loop.schedule(
                () -> inspect().whenComplete((inspection, failure) -> {
                    if (failure == null) {
                        second.complete(inspection);
                    } else {
                        second.completeExceptionally(failure);
                    }
                }),
                PAUSE_MS,
                TimeUnit.MILLISECONDS);
        return second.thenApply(inspection -> repair(
                first.boards,
                inspection.flaws.stream()
                        .filter(flaw -> first.flaws.stream().anyMatch(flaw::isSameAs))
                        .toList()));
    }

    private AuditReport repair(int inspected, List<Inconsistency> flaws) {
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
        return new AuditReport(inspected, ghosts, missing, repaired);
    }

    /** Inspects one board after the other, to spread the load. */
    private CompletionStage<Inspection> inspect() {
        return heldSeats.get().thenCompose(seats -> {
            Map<Seat.Host, Set<Seat>> held = new HashMap<>();
            seats.forEach(seat ->
                    held.computeIfAbsent(seat.board(), board -> new HashSet<>()).add(seat));
            Set<Seat.Host> all = new HashSet<>(boards.all());
            all.addAll(held.keySet());
            List<Inconsistency> flaws = new ArrayList<>();
            return inspectAll(all.iterator(), held, flaws)
                    .thenCompose(done -> directory.inspect())
                    .thenApply(found -> {
                        flaws.addAll(found);
                        return flaws;
                    })
                    .thenCompose(done -> others.get())
                    .thenApply(found -> {
                        flaws.addAll(found);
                        return new Inspection(all.size(), flaws);
                    });
        });
    }

    private static CompletionStage<?> inspectAll(
            Iterator<Seat.Host> all, Map<Seat.Host, Set<Seat>> held, List<Inconsistency> flaws) {
        if (!all.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        Seat.Host board = all.next();
        return board.inspect(held.getOrDefault(board, Set.of()))
                .thenComposeAsync(
                        found -> {
                            flaws.addAll(found);
                            return inspectAll(all, held, flaws);
                        },
                        board::execute);
    }
}
