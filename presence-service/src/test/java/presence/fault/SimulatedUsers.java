package presence.fault;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import presence.proto.GoingAway;
import presence.proto.Status;
import presence.testing.client.TestClient;

/**
 * Simulates users that join, leave, move and reconnect at random. It alone decides where each of them is, and so knows
 * the expected content of every roster. One thread owns this state; connecting, which blocks, runs on others.
 */
final class SimulatedUsers implements AutoCloseable {
    /** One of so many users gets the roster in parts, fewer than a board has members. */
    private static final int PAGED_EVERY = 3;

    private static final int ROSTER_LIMIT = 3;

    private static final long LOOK_MS = 10;
    private static final long ACTION_MS = 8;

    private final Cluster cluster;
    private final Random random;
    private final List<String> boards = new ArrayList<>();
    private final List<Person> people = new ArrayList<>();
    private final Observations observations = new Observations();
    private final JoinFlow joins;
    private final RandomActions randomActions;
    private double giveUp;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "crowd");
        created.setDaemon(true);
        return created;
    });
    private final ExecutorService connecting = Executors.newCachedThreadPool(task -> {
        Thread created = new Thread(task, "crowd-connecting");
        created.setDaemon(true);
        return created;
    });

    SimulatedUsers(Cluster cluster, int size, int boardCount, Duration grace, Random random) {
        this.cluster = cluster;
        this.random = random;
        this.joins = new JoinFlow(cluster, observations, grace, thread, connecting, random);
        for (int i = 1; i <= boardCount; i++) {
            boards.add("board-" + i);
        }
        for (int i = 1; i <= size; i++) {
            people.add(new Person("P" + i, i % PAGED_EVERY == 0 ? ROSTER_LIMIT : 0, cluster.anyOpen(random)));
        }
        this.randomActions = new RandomActions(cluster, people, boards, joins, observations, random);
        thread.scheduleWithFixedDelay(observations.guarded(this::look), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    // ---- commands of the test, any thread ----

    /** Has all users join. */
    void fill() {
        call(() -> {
            people.stream().filter(person -> person.board == null).forEach(randomActions::enterSomewhere);
            return null;
        });
    }

    /** Runs random actions, one shortly after the other; returns when the last has begun. */
    void churn(int actions) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> actAndGoOn(actions, done));
        done.join();
    }

    /** Runs random actions for the given time. */
    void churnFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> actUntil(end, done));
        done.join();
    }

    /** Runs random actions while {@code work} runs. */
    void churnDuring(Runnable work) {
        CompletableFuture<Void> worked = CompletableFuture.runAsync(work, connecting);
        while (!worked.isDone()) {
            churn(5);
        }
        worked.join();
    }

    /** Runs random actions at once. */
    void burst(int actions) {
        call(() -> {
            for (int i = 0; i < actions; i++) {
                randomActions.act();
            }
            return null;
        });
    }

    /** Sets the share, 0 to 1, of users of a dying node that do not return. */
    void giveUp(double share) {
        call(() -> giveUp = share);
    }

    /** Moves some users to a place through another URL, where they stay. */
    List<Person> detour(int count, Place place, URI way) {
        return call(() -> {
            List<Person> chosen = people.stream()
                    .filter(person -> person.isSettled() && person.place.isOpen())
                    .limit(count)
                    .toList();
            for (Person person : chosen) {
                randomActions.leave(person, false);
                person.detour = way;
                person.place = place;
                joins.enter(person, boards.get(random.nextInt(boards.size())), 0);
            }
            return chosen;
        });
    }

    /** Marks users as vanished, without any close: listed as away until forgotten. */
    void vanish(List<Person> lost) {
        call(() -> {
            for (Person person : lost) {
                person.vanished = true;
                person.status = Status.STATUS_AWAY;
                TestClient client = person.current();
                person.client = null;
                observations.retire(client);
                client.abort();
            }
            return null;
        });
    }

    /** Forgets the vanished users. */
    void forgetVanished() {
        call(() -> {
            people.stream().filter(person -> person.vanished).forEach(person -> {
                person.forget();
                person.status = Status.STATUS_ACTIVE;
            });
            return null;
        });
    }

    /** Open places with at least their share of half of all users. */
    List<Place> busyPlaces() {
        return call(() -> cluster.places().stream()
                .filter(Place::isOpen)
                .filter(place -> people.stream()
                                .filter(person -> person.isSettled() && person.place == place)
                                .count()
                        >= people.size() / (2L * cluster.places().size()))
                .toList());
    }

    /** Whether a user is connecting to that place. */
    boolean isOnTheWayTo(Place place) {
        return call(() -> people.stream().anyMatch(person -> person.entering && person.place == place));
    }

    /** The users that are connecting. */
    List<String> onTheWay() {
        return call(() -> people.stream()
                .filter(person -> person.entering)
                .map(person -> person.name)
                .toList());
    }

    /** The time of the last action or arrival. */
    long lastActionNanos() {
        return call(() ->
                people.stream().mapToLong(person -> person.arrivedNanos).reduce(randomActions.lastNanos(), Math::max));
    }

    // ---- queries of the test, any thread ----

    /** The differences of all rosters from the expected ones; empty = all are exact. */
    List<String> differences(Visibility sight) {
        return call(() -> Comparison.ofRosters(people, sight));
    }

    /** The differences of all cursors from their last positions. */
    List<String> cursorDifferences() {
        return call(() -> Comparison.ofCursors(people));
    }

    /** The members of each board of each place, by id. */
    Map<Place, Map<String, Map<ByteString, String>>> truth() {
        return call(() -> {
            Map<Place, Map<String, Map<ByteString, String>>> truth = new HashMap<>();
            for (Person person : people) {
                if (person.isSettled()) {
                    truth.computeIfAbsent(person.place, place -> new HashMap<>())
                            .computeIfAbsent(String.valueOf(person.board), board -> new HashMap<>())
                            .put(person.memberId, person.name);
                }
            }
            return truth;
        });
    }

    List<String> boards() {
        return boards;
    }

    /** The violations that clients have seen since the last call. */
    Observations.Seen takeSeen() {
        return call(observations::take);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        connecting.shutdownNow();
        people.stream()
                .map(person -> person.client)
                .filter(client -> client != null)
                .forEach(TestClient::abort);
        observations.close();
    }

    private <T> T call(Supplier<T> question) {
        try {
            return thread.submit(question::get).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    // ---- own thread, from here on ----

    /** Reconnects users that lost their socket or were asked to go elsewhere. */
    private void look() {
        for (Person person : people) {
            TestClient client = person.client;
            if (client == null || person.entering || person.vanished) {
                continue;
            }
            if (client.closeCode() >= 0) {
                observations.retire(client);
                person.lose(client.closedAtNanos());
                if (!person.place.isOpen() && random.nextDouble() < giveUp) {
                    person.forget();
                } else {
                    joins.enter(person, String.valueOf(person.board), 0);
                }
            } else {
                GoingAway wish = client.goingAway();
                if (wish != null) {
                    joins.enter(person, String.valueOf(person.board), wish.getReconnectAfterMs());
                }
            }
        }
    }

    private void actAndGoOn(int left, CompletableFuture<Void> done) {
        if (left == 0) {
            done.complete(null);
            return;
        }
        observations.guarded(randomActions::act).run();
        thread.schedule(() -> actAndGoOn(left - 1, done), ACTION_MS, TimeUnit.MILLISECONDS);
    }

    private void actUntil(long endNanos, CompletableFuture<Void> done) {
        if (System.nanoTime() >= endNanos) {
            done.complete(null);
            return;
        }
        observations.guarded(randomActions::act).run();
        thread.schedule(() -> actUntil(endNanos, done), ACTION_MS, TimeUnit.MILLISECONDS);
    }
}
