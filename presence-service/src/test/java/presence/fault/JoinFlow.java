package presence.fault;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.proto.Join;
import presence.testing.client.TestClient;

/**
 * Connects users to their boards on new sockets, resuming their session if they have one. Connecting, which blocks,
 * runs on threads of its own; all else on the thread of the simulated users.
 */
final class JoinFlow {
    private static final long RETRY_MS = 100;
    /** Tolerance: the test notices a loss later than the node, and the node an arrival later than the test. */
    private static final Duration BLUR = Duration.ofMillis(500);

    /** @param askedNanos when it asked to resume */
    private record Entered(TestClient client, long askedNanos) {}

    private final Cluster cluster;
    private final Observations observations;
    private final long keptNanos;
    private final ScheduledExecutorService thread;
    private final Executor connecting;
    private final Random random;

    /** @param grace how long the nodes keep the session of a lost connection */
    JoinFlow(
            Cluster cluster,
            Observations observations,
            Duration grace,
            ScheduledExecutorService thread,
            Executor connecting,
            Random random) {
        this.cluster = cluster;
        this.observations = observations;
        this.keptNanos = grace.minus(BLUR).toNanos();
        this.thread = thread;
        this.connecting = connecting;
        this.random = random;
    }

    /** Joins a board on a new socket, resuming the session if there is one; closes the older socket then. */
    void enter(Person person, String board, long afterMs) {
        person.board = board;
        person.entering = true;
        thread.schedule(observations.guarded(() -> connect(person)), afterMs, TimeUnit.MILLISECONDS);
    }

    private void connect(Person person) {
        if (!person.place.isOpen()) {
            if (cluster.open() == 0) {
                enter(person, String.valueOf(person.board), RETRY_MS);
                return;
            }
            person.place = cluster.anyOpen(random);
        }
        URI target = person.target();
        Join join = person.join();
        connecting.execute(() -> {
            Entered entered = entered(target, join);
            thread.execute(observations.guarded(() -> {
                if (entered == null) {
                    enter(person, String.valueOf(person.board), RETRY_MS);
                } else {
                    arrived(person, entered);
                }
            }));
        });
    }

    private void arrived(Person person, Entered entered) {
        TestClient last = person.client;
        if (last != null) {
            observations.retire(last);
            if (last.closeCode() >= 0) {
                person.lose(last.closedAtNanos());
            }
            last.abort();
        }
        observations.watch(person.name, entered.client);
        boolean comesBack = !person.memberId.isEmpty();
        boolean isLate = person.isLost() && entered.askedNanos - person.lostNanos > keptNanos;
        boolean isYoung = person.isLost() && person.lostNanos - person.arrivedNanos < Person.KNOWN.toNanos();
        ByteString before = person.memberId;
        boolean moved = person.arrivedAt != person.place;
        boolean isResumed = person.arrived(entered.client);
        if (comesBack && isLate) {
            observations.late(person.name);
        } else if (!isResumed) {
            observations.lost(new Observations.Lost(person.name, before, isYoung), moved);
        } else if (comesBack) {
            observations.resumed();
        }
    }

    /** Any thread: connects and joins; null if that fails. */
    private static @Nullable Entered entered(URI target, Join join) {
        TestClient client = null;
        try {
            client = TestClient.connect(target);
            TestClient joining = client;
            long askedNanos = System.nanoTime();
            client.send(frame -> frame.setJoin(join));
            client.await(
                    "roster",
                    () -> joining.isComplete()
                            || joining.closeCode() >= 0
                            || !joining.errors().isEmpty());
            if (client.isComplete()) {
                return new Entered(client, askedNanos);
            }
        } catch (RuntimeException | Error e) {
            // The node is dying or slow: retried.
            if (client != null) {
                client.abort();
            }
            return null;
        }
        client.abort();
        return null;
    }
}
