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
import presence.testing.TestClient;

/**
 * People who come, go, move about and come back when they are cut off, at random and all the time. It
 * alone decides where each of them is, so it knows what every roster should say. One thread owns all of
 * that; connecting, which waits, happens on others.
 */
final class SimulatedUsers implements AutoCloseable {
    private static final long LOOK_MS = 10;
    private static final long ACTION_MS = 8;

    private final Cluster cluster;
    private final Random random;
    private final List<String> boards = new ArrayList<>();
    private final List<Person> people = new ArrayList<>();
    private final Observations testimony = new Observations();
    private final JoinFlow entrance;
    private final RandomActions whims;
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
        this.entrance = new JoinFlow(cluster, testimony, grace, thread, connecting, random);
        for (int i = 1; i <= boardCount; i++) {
            boards.add("board-" + i);
        }
        for (int i = 1; i <= size; i++) {
            people.add(new Person("P" + i, cluster.anyOpen(random)));
        }
        this.whims = new RandomActions(cluster, people, boards, entrance, testimony, random);
        thread.scheduleWithFixedDelay(testimony.guarded(this::look), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    // ---- what the test tells it, from any thread ----

    /** Everyone enters. */
    void fill() {
        call(() -> {
            people.stream().filter(person -> person.board == null).forEach(whims::enterSomewhere);
            return null;
        });
    }

    /** So many random things happen, one shortly after the other; returns when the last was begun. */
    void churn(int actions) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> actAndGoOn(actions, done));
        done.join();
    }

    /** Random things happen for so long. */
    void churnFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> actUntil(end, done));
        done.join();
    }

    /** Random things happen while {@code work} is done. */
    void churnDuring(Runnable work) {
        CompletableFuture<Void> worked = CompletableFuture.runAsync(work, connecting);
        while (!worked.isDone()) {
            churn(5);
        }
        worked.join();
    }

    /** So many random things happen at once. */
    void burst(int actions) {
        call(() -> {
            for (int i = 0; i < actions; i++) {
                whims.act();
            }
            return null;
        });
    }

    /** How many of those whose node dies under them stay away, 0 to 1. */
    void giveUp(double share) {
        call(() -> giveUp = share);
    }

    /** Some people go to a place by another way, and stay there. */
    List<Person> detour(int count, Place place, URI way) {
        return call(() -> {
            List<Person> chosen = people.stream()
                    .filter(person -> person.isSettled() && person.place.isOpen())
                    .limit(count)
                    .toList();
            for (Person person : chosen) {
                whims.leave(person, false);
                person.detour = way;
                person.place = place;
                entrance.enter(person, boards.get(random.nextInt(boards.size())), 0);
            }
            return chosen;
        });
    }

    /** They are cut off and neither they nor anybody else says so: listed as away until forgotten. */
    void vanish(List<Person> lost) {
        call(() -> {
            for (Person person : lost) {
                person.vanished = true;
                person.status = Status.STATUS_AWAY;
                TestClient client = person.current();
                person.client = null;
                testimony.retire(client);
                client.abort();
            }
            return null;
        });
    }

    /** The vanished are nowhere. */
    void forgetVanished() {
        call(() -> {
            people.stream().filter(person -> person.vanished).forEach(person -> {
                person.forget();
                person.status = Status.STATUS_ACTIVE;
            });
            return null;
        });
    }

    /** Where it matters: open places with at least their share of half the people. */
    List<Place> busyPlaces() {
        return call(() -> cluster.places().stream()
                .filter(Place::isOpen)
                .filter(place -> people.stream()
                                .filter(person -> person.isSettled() && person.place == place)
                                .count()
                        >= people.size() / (2L * cluster.places().size()))
                .toList());
    }

    /** Whether somebody is on the way to that place. */
    boolean isOnTheWayTo(Place place) {
        return call(() -> people.stream().anyMatch(person -> person.entering && person.place == place));
    }

    /** Who is on the way to anywhere. */
    List<String> onTheWay() {
        return call(() -> people.stream()
                .filter(person -> person.entering)
                .map(person -> person.name)
                .toList());
    }

    /** When somebody did something or arrived somewhere for the last time. */
    long lastDeedNanos() {
        return call(
                () -> people.stream().mapToLong(person -> person.arrivedNanos).reduce(whims.lastNanos(), Math::max));
    }

    // ---- what the test asks, from any thread ----

    /** Where any roster differs from the truth; empty = all are exact. */
    List<String> differences(Visibility sight) {
        return call(() -> Comparison.ofRosters(people, sight));
    }

    /** Whose cursor is not where it was last put, and for whom. */
    List<String> cursorDifferences() {
        return call(() -> Comparison.ofCursors(people));
    }

    /** Who is on each board of each place, by member id. */
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

    /** What its clients have seen since the last time that nobody should ever see. */
    Observations.Seen takeSeen() {
        return call(testimony::take);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        connecting.shutdownNow();
        people.stream()
                .map(person -> person.client)
                .filter(client -> client != null)
                .forEach(TestClient::abort);
        testimony.close();
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

    // ---- the crowd's own thread, from here on ----

    /** Comes back to whoever lost their socket or was asked to go elsewhere. */
    private void look() {
        for (Person person : people) {
            TestClient client = person.client;
            if (client == null || person.entering || person.vanished) {
                continue;
            }
            if (client.closeCode() >= 0) {
                testimony.retire(client);
                person.lose(client.closedAtNanos());
                if (!person.place.isOpen() && random.nextDouble() < giveUp) {
                    person.forget();
                } else {
                    entrance.enter(person, String.valueOf(person.board), 0);
                }
            } else {
                GoingAway wish = client.goingAway();
                if (wish != null) {
                    entrance.enter(person, String.valueOf(person.board), wish.getReconnectAfterMs());
                }
            }
        }
    }

    private void actAndGoOn(int left, CompletableFuture<Void> done) {
        if (left == 0) {
            done.complete(null);
            return;
        }
        testimony.guarded(whims::act).run();
        thread.schedule(() -> actAndGoOn(left - 1, done), ACTION_MS, TimeUnit.MILLISECONDS);
    }

    private void actUntil(long endNanos, CompletableFuture<Void> done) {
        if (System.nanoTime() >= endNanos) {
            done.complete(null);
            return;
        }
        testimony.guarded(whims::act).run();
        thread.schedule(() -> actUntil(endNanos, done), ACTION_MS, TimeUnit.MILLISECONDS);
    }
}
