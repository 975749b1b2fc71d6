package presence.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.events.EventStore;
import presence.events.PresenceEvent;

/**
 * Delivers events to one URL, one request after the other, while this node has the URL's lease; looks every second
 * whether it is free while another node has it. A request that fails is repeated with growing pauses, and what follows
 * waits; a URL that answers 410 Gone gets nothing more. Everything runs on the timer thread, which never blocks.
 */
final class Delivery {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final long POLL_MS = 500;
    private static final long STANDBY_MS = 1_000;
    private static final int READ = 500;
    /** Of events that are old already when they are sent first, because others before them were not taken. */
    private static final int LEAST_ATTEMPTS = 3;
    /** What JSON adds to the fields of an event, about. */
    private static final int EVENT_BYTES = 200;

    /** Sends a signed request. */
    interface Sender {
        /** Returns the response. */
        CompletionStage<Reply> send(Target target, String id, String body);
    }

    /**
     * @param kinds of events that are sent
     * @param batch most events in a request
     * @param bytes most bytes of the events in a request, about; one event may be larger
     * @param gatherMs how long an event waits for others
     * @param leaseMs longer than a request takes, so that no other node sends it meanwhile
     * @param keepTryingMs age of events from which a request that fails is repeated no more
     */
    record Plan(Set<String> kinds, int batch, int bytes, long gatherMs, long leaseMs, long keepTryingMs) {}

    private final Target target;
    private final Plan plan;
    private final EventStore events;
    private final DeliveryStore store;
    private final Sender sender;
    private final ScheduledExecutorService timer;
    private final LongSupplier wallClock;
    private final Backoff backoff;
    private @Nullable WebhookMetrics metrics;
    /** Where the URL begins if it is new; null until the log was read. */
    private @Nullable String start;

    /** Where the last read began, and the first event that it found. */
    private String lastFrom = "";

    private String lastFirst = "";

    private volatile boolean held;
    private volatile boolean failing;
    /** Whether the URL has answered 410 Gone. */
    private volatile boolean gone;

    private volatile long waitingSinceMs;

    Delivery(
            Target target,
            Plan plan,
            EventStore events,
            DeliveryStore store,
            Sender sender,
            ScheduledExecutorService timer,
            LongSupplier wallClock,
            RandomGenerator random) {
        this.target = target;
        this.plan = plan;
        this.events = events;
        this.store = store;
        this.sender = sender;
        this.timer = timer;
        this.wallClock = wallClock;
        backoff = new Backoff(random);
    }

    void begin(WebhookMetrics counted) {
        metrics = counted;
        later(0);
    }

    /** The age of the oldest event that the URL has not got; 0 while another node delivers. */
    double lagSeconds() {
        long since = waitingSinceMs;
        return !held || since == 0 ? 0 : Math.max(0, wallClock.getAsLong() - since) / 1_000.0;
    }

    /** Whether it is this node that delivers. */
    boolean isDelivering() {
        return held && !gone;
    }

    /** Whether the URL has answered 410 Gone and this node keeps its lease, so that no other node sends. */
    boolean isGone() {
        return held && gone;
    }

    boolean isFailing() {
        return held && failing;
    }

    /** Gives up the lease, so that another node goes on at once. */
    CompletionStage<?> end() {
        return store.release(target.name());
    }

    private void later(long ms) {
        try {
            timer.schedule(() -> guarded(this::step), ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is stopping.
            return;
        }
    }

    /** Continues on the timer thread; a failure of the store or of the log is followed by another step. */
    private <T> void then(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> next) {
        stage.whenComplete((result, failure) -> {
            try {
                timer.execute(() -> guarded(() -> next.accept(result, failure)));
            } catch (RejectedExecutionException e) {
                // The node is stopping.
                return;
            }
        });
    }

    /** Goes on after an unexpected failure: the delivery would end otherwise, unnoticed. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("delivery failed, going on target={}", target.name(), e);
            later(STANDBY_MS);
        }
    }

    private <T> void orRetry(CompletionStage<T> stage, Consumer<T> next) {
        then(stage, (result, failure) -> {
            if (failure == null) {
                next.accept(result);
            } else {
                held = false;
                log.debug("delivery waits for Redis target={} reason={}", target.name(), failure.toString());
                later(STANDBY_MS);
            }
        });
    }

    private void step() {
        String from = start;
        if (from == null) {
            orRetry(events.read("", 0), page -> {
                start = page.latest().isEmpty() ? "0-0" : page.latest();
                step();
            });
            return;
        }
        orRetry(store.claim(target.name(), from, plan.leaseMs()), progress -> {
            held = progress != null;
            long now = wallClock.getAsLong();
            if (progress == null) {
                later(STANDBY_MS);
            } else if (gone) {
                // The lease is kept, so that no other node asks the URL again.
                later(STANDBY_MS);
            } else if (progress.nextMs() > now) {
                failing = true;
                later(Math.min(STANDBY_MS, progress.nextMs() - now));
            } else {
                read(progress);
            }
        });
    }

    private void read(Progress progress) {
        orRetry(events.read(progress.cursor(), READ), page -> {
            List<PresenceEvent> due = due(progress, page.events());
            countLost(progress.cursor(), due.isEmpty() ? "" : due.get(0).id());
            if (due.isEmpty()) {
                waitingSinceMs = 0;
                skip(progress, page);
                return;
            }
            waitingSinceMs = timeOf(due.get(0));
            long age = wallClock.getAsLong() - timeOf(due.get(due.size() - 1));
            boolean isWhole = isFull(due) || page.events().size() == READ;
            if (!progress.until().isEmpty()) {
                send(progress, due);
            } else if (!isWhole && age >= 0 && age < plan.gatherMs()) {
                later(Math.min(POLL_MS, plan.gatherMs() - age));
            } else {
                Progress begun = progress.begun(due.get(due.size() - 1).id());
                saveThen(begun, () -> send(begun, due));
            }
        });
    }

    /** Returns the events of the request that was begun, or of the next one. */
    private List<PresenceEvent> due(Progress progress, List<PresenceEvent> events) {
        List<PresenceEvent> due = new ArrayList<>();
        boolean isNew = progress.until().isEmpty();
        for (PresenceEvent event : events) {
            boolean isMeant = isNew ? !isFull(due) : EventStore.compare(event.id(), progress.until()) <= 0;
            if (!isMeant) {
                break;
            }
            if (plan.kinds().contains(event.kind())) {
                due.add(event);
            }
        }
        return due;
    }

    private boolean isFull(List<PresenceEvent> due) {
        return due.size() >= plan.batch()
                || due.stream().mapToLong(Delivery::bytesOf).sum() >= plan.bytes();
    }

    private static long bytesOf(PresenceEvent event) {
        return EVENT_BYTES
                + event.board().length()
                + event.user().length()
                + event.data().length();
    }

    /** Counts that the log has removed what was due a moment ago. */
    private void countLost(String from, String first) {
        if (from.equals(lastFrom) && !lastFirst.isEmpty() && !first.equals(lastFirst)) {
            count().lost().increment();
        }
        lastFrom = from;
        lastFirst = first;
    }

    /** Passes over events that are not sent, or were removed from the log before they could be. */
    private void skip(Progress progress, EventStore.Page page) {
        String last = progress.until();
        if (last.isEmpty() && !page.events().isEmpty()) {
            last = page.events().get(page.events().size() - 1).id();
        }
        if (last.isEmpty()) {
            failing = false;
            later(POLL_MS);
        } else {
            saveThen(Progress.after(last), this::step);
        }
    }

    private void saveThen(Progress progress, Runnable next) {
        orRetry(store.save(target.name(), progress), saved -> {
            if (saved) {
                next.run();
            } else {
                held = false;
                later(STANDBY_MS);
            }
        });
    }

    /** The time at which the event came into the log. */
    private static long timeOf(PresenceEvent event) {
        return Long.parseLong(event.id().substring(0, event.id().indexOf('-')));
    }

    private void send(Progress progress, List<PresenceEvent> due) {
        String id = "evt_" + due.get(0).id() + "_" + progress.until();
        String body = RequestBody.of(due);
        then(sender.send(target, id, body), (reply, failure) -> {
            if (failure != null) {
                onFailed(progress, due, id, body, Reply.reason(failure), null);
            } else if (reply.isTaken()) {
                failing = false;
                count().delivered().increment(due.size());
                saveThen(Progress.after(progress.until()), this::step);
            } else if (reply.isGone()) {
                count().failures().increment();
                giveUp(progress, due, id, body, reply.reason(), this::stopForGood);
            } else {
                onFailed(progress, due, id, body, reply.reason(), reply);
            }
        });
    }

    private void onFailed(
            Progress progress, List<PresenceEvent> due, String id, String body, String why, @Nullable Reply reply) {
        failing = true;
        count().failures().increment();
        long now = wallClock.getAsLong();
        boolean isYoung = now - timeOf(due.get(due.size() - 1)) < plan.keepTryingMs();
        if (isYoung || progress.attempts() + 1 < LEAST_ATTEMPTS) {
            if (progress.attempts() == 0) {
                log.warn("webhook failed, retrying target={} reason={}", target.name(), why);
            }
            saveThen(progress.failed(why, now + backoff.pauseMs(progress.attempts(), reply, now)), this::step);
            return;
        }
        giveUp(progress, due, id, body, why, this::step);
    }

    /** Makes a dead letter of the request, and continues with the events after it. */
    private void giveUp(Progress progress, List<PresenceEvent> due, String id, String body, String why, Runnable next) {
        log.warn("webhook given up target={} id={} events={} reason={}", target.name(), id, due.size(), why);
        DeadLetter letter = new DeadLetter(
                id, target.name(), due.size(), wallClock.getAsLong(), progress.attempts() + 1, why, body);
        orRetry(store.addDead(letter), dropped -> {
            count().dead().increment(due.size());
            count().dropped().increment(dropped ? 1 : 0);
            saveThen(Progress.after(progress.until()), next);
        });
    }

    /** Sends nothing more until the node restarts, as the Standard Webhooks specification recommends for status 410. */
    private void stopForGood() {
        gone = true;
        failing = false;
        waitingSinceMs = 0;
        log.warn("webhook answered 410 Gone; it gets no more events until this node restarts target={}", target.name());
        later(STANDBY_MS);
    }

    private WebhookMetrics count() {
        WebhookMetrics counted = metrics;
        if (counted == null) {
            throw new IllegalStateException("not begun");
        }
        return counted;
    }
}
