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
import presence.testing.TestClient;

/**
 * How people get to their boards: on a new socket, as who they were if they were. Connecting, which
 * waits, happens on threads of its own; all else on the crowd's.
 */
final class JoinFlow {
    private static final long RETRY_MS = 100;
    /** A loss is noticed here later than there, an arrival there later than here: together so much at most. */
    private static final Duration BLUR = Duration.ofMillis(500);

    /** @param askedNanos when it asked for its seat */
    private record Entered(TestClient client, long askedNanos) {}

    private final Cluster cluster;
    private final Observations testimony;
    private final long keptNanos;
    private final ScheduledExecutorService thread;
    private final Executor connecting;
    private final Random random;

    /** @param grace how long the nodes keep the seat of somebody whose connection is lost */
    JoinFlow(
            Cluster cluster,
            Observations testimony,
            Duration grace,
            ScheduledExecutorService thread,
            Executor connecting,
            Random random) {
        this.cluster = cluster;
        this.testimony = testimony;
        this.keptNanos = grace.minus(BLUR).toNanos();
        this.thread = thread;
        this.connecting = connecting;
        this.random = random;
    }

    /** Goes to a board on a new socket, as who they were if they were; an older socket is given up then. */
    void enter(Person person, String board, long afterMs) {
        person.board = board;
        person.entering = true;
        thread.schedule(testimony.guarded(() -> connect(person)), afterMs, TimeUnit.MILLISECONDS);
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
            thread.execute(testimony.guarded(() -> {
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
            testimony.retire(last);
            if (last.closeCode() >= 0) {
                person.lose(last.closedAtNanos());
            }
            last.abort();
        }
        testimony.watch(person.name, entered.client);
        boolean comesBack = !person.memberId.isEmpty();
        boolean isLate = person.isLost() && entered.askedNanos - person.lostNanos > keptNanos;
        boolean isYoung = person.isLost() && person.lostNanos - person.arrivedNanos < Person.KNOWN.toNanos();
        ByteString before = person.memberId;
        boolean moved = person.arrivedAt != person.place;
        boolean isWhoTheyWere = person.arrived(entered.client);
        if (comesBack && isLate) {
            testimony.late(person.name);
        } else if (!isWhoTheyWere) {
            testimony.lost(new Observations.Lost(person.name, before, isYoung), moved);
        } else if (comesBack) {
            testimony.resumed();
        }
    }

    /** Any thread: a client that has its roster, or null. */
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
            // Its node is dying, or slow: tried again.
            if (client != null) {
                client.abort();
            }
            return null;
        }
        client.abort();
        return null;
    }
}
