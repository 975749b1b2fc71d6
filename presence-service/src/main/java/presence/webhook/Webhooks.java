package presence.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.events.EventStore;
import presence.metrics.ServiceMetrics;

/** Delivers events to all URLs, and shows and repeats what was given up. Thread-safe. */
public final class Webhooks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
    private static final long RELEASE_MS = 1_000;
    private static final long TIMEOUTS_PER_LEASE = 3;

    /**
     * What is delivered, and where.
     *
     * @param secrets keys of the signatures
     * @param kinds of events
     * @param batch most events in a request
     * @param bytes most bytes of the events in a request, about; one event may be larger
     * @param gatherMs how long an event waits for others
     * @param timeoutMs time for a request
     * @param keepTryingMs age of events from which a request that fails is repeated no more
     * @param allowed the addresses that may be connected to
     */
    public record Settings(
            List<URI> urls,
            List<byte[]> secrets,
            List<String> kinds,
            int batch,
            int bytes,
            long gatherMs,
            int timeoutMs,
            long keepTryingMs,
            Predicate<InetAddress> allowed) {}

    private final List<Target> targets;
    private final DeliveryStore store;
    private final Signer signer;
    private final HttpPost http;
    private final ScheduledExecutorService timer;
    private final List<Delivery> deliveries;

    public Webhooks(Settings settings, EventStore events, DeliveryStore store, ServiceMetrics metrics) {
        this.store = store;
        targets = settings.urls().stream().map(Target::of).toList();
        signer = new Signer(settings.secrets());
        http = new HttpPost(settings.allowed(), settings.timeoutMs());
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "presence-webhook-timer");
            thread.setDaemon(true);
            return thread;
        });
        Delivery.Plan plan = new Delivery.Plan(
                Set.copyOf(settings.kinds()),
                settings.batch(),
                settings.bytes(),
                settings.gatherMs(),
                TIMEOUTS_PER_LEASE * settings.timeoutMs(),
                settings.keepTryingMs());
        deliveries = targets.stream()
                .map(target -> new Delivery(
                        target,
                        plan,
                        events,
                        store,
                        this::send,
                        timer,
                        System::currentTimeMillis,
                        ThreadLocalRandom.current()))
                .toList();
        WebhookMetrics counted = WebhookMetrics.in(metrics, deliveries);
        deliveries.forEach(delivery -> delivery.begin(counted));
    }

    private CompletionStage<Reply> send(Target target, String id, String body) {
        long seconds = System.currentTimeMillis() / 1_000;
        return http.send(
                target.url(),
                Map.of(
                        "webhook-id", id,
                        "webhook-timestamp", Long.toString(seconds),
                        "webhook-signature", signer.sign(id, seconds, body)),
                body);
    }

    /** The requests that were given up. */
    public CompletionStage<List<DeadLetter>> dead() {
        return store.dead();
    }

    /** Removes a dead letter. */
    public CompletionStage<?> removeDead(String id) {
        return store.removeDead(id);
    }

    /**
     * Sends a dead letter once more, and removes it if the URL takes it.
     *
     * @return empty if there is none of this id, or its URL is configured no more; else an empty text, or why it failed
     */
    public CompletionStage<Optional<String>> replay(String id) {
        return store.dead(id).thenCompose(found -> {
            Optional<DeadLetter> letter = Optional.ofNullable(found);
            Optional<Target> target = letter.flatMap(one -> targets.stream()
                    .filter(to -> to.name().equals(one.target()))
                    .findFirst());
            if (letter.isEmpty() || target.isEmpty()) {
                return CompletableFuture.completedStage(Optional.empty());
            }
            return send(target.get(), id, letter.get().body())
                    .handle((reply, failure) ->
                            failure != null ? Reply.reason(failure) : reply.isTaken() ? "" : reply.reason())
                    .thenCompose(why -> why.isEmpty()
                            ? store.removeDead(id).thenApply(removed -> Optional.of(why))
                            : CompletableFuture.completedStage(Optional.of(why)));
        });
    }

    /** Stops, and lets other nodes go on at once. */
    @Override
    public void close() {
        timer.shutdownNow();
        for (Delivery delivery : deliveries) {
            try {
                delivery.end().toCompletableFuture().get(RELEASE_MS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                log.debug("the lease of a webhook was not given up; it expires reason={}", e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        http.close();
    }
}
