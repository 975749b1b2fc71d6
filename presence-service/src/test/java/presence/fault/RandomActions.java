package presence.fault;

import java.net.http.WebSocket;
import java.util.List;
import java.util.Random;
import presence.proto.Status;
import presence.proto.Viewport;
import presence.testing.client.TestClient;

/** Performs random actions of users, one per call. Thread of the simulated users. */
final class RandomActions {
    private static final List<Status> STATUSES = List.of(Status.STATUS_ACTIVE, Status.STATUS_IDLE, Status.STATUS_BUSY);
    private static final List<String> TOOLS = List.of("pen", "eraser", "note", "hand", "arrow");

    /** Width and height of what cursors move on, in 1/16 board unit. */
    private static final int AREA = 20_000;

    private final Cluster cluster;
    private final List<Person> people;
    private final List<String> boards;
    private final JoinFlow joins;
    private final Observations observations;
    private final Random random;
    private long lastNanos = System.nanoTime();

    RandomActions(
            Cluster cluster,
            List<Person> people,
            List<String> boards,
            JoinFlow joins,
            Observations observations,
            Random random) {
        this.cluster = cluster;
        this.people = people;
        this.boards = boards;
        this.joins = joins;
        this.observations = observations;
        this.random = random;
    }

    /** The time of the last action. */
    long lastNanos() {
        return lastNanos;
    }

    void act() {
        Person person = anyOf(people);
        if (person.vanished || person.entering || person.detour != null) {
            return;
        }
        lastNanos = System.nanoTime();
        if (person.board == null) {
            enterSomewhere(person);
            return;
        }
        if (!person.isSettled() || !person.place.isOpen()) {
            return;
        }
        switch (random.nextInt(16)) {
            case 0 -> leave(person, random.nextBoolean());
            case 1 -> {
                leave(person, random.nextBoolean());
                enterSomewhere(person);
            }
            case 2 -> cutOff(person);
            case 3 -> joins.enter(person, String.valueOf(person.board), 0);
            case 4, 5, 6 -> person.pick(anyOf(TOOLS));
            case 7, 8 -> person.be(anyOf(STATUSES));
            case 9 -> look(person);
            default -> person.point(random.nextInt(AREA), random.nextInt(AREA));
        }
    }

    private <T> T anyOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    void enterSomewhere(Person person) {
        person.place = cluster.anyOpen(random);
        joins.enter(person, anyOf(boards), 0);
    }

    /** A third of the users tell no window, a third the whole area, and a third a part of it that moves. */
    private void look(Person person) {
        switch (Math.floorMod(person.name.hashCode(), 3)) {
            case 0 ->
                person.show(Viewport.newBuilder().setWidth(AREA).setHeight(AREA).build());
            case 1 ->
                person.show(Viewport.newBuilder()
                        .setX(random.nextInt(AREA))
                        .setY(random.nextInt(AREA))
                        .setWidth(random.nextInt(AREA / 2))
                        .setHeight(AREA / 4)
                        .build());
            default -> person.pick(anyOf(TOOLS));
        }
    }

    void leave(Person person, boolean saysSo) {
        TestClient client = person.current();
        if (saysSo) {
            person.sayLeave();
        }
        observations.retire(client);
        client.socket().sendClose(WebSocket.NORMAL_CLOSURE, "");
        person.forget();
    }

    /** Breaks a user's connection; the user reconnects on noticing, to any place. */
    private void cutOff(Person person) {
        TestClient client = person.current();
        observations.retire(client);
        client.abort();
        person.lose(System.nanoTime());
        if (System.nanoTime() - person.arrivedNanos > Person.KNOWN.toNanos()) {
            person.place = cluster.anyOpen(random);
        }
        joins.enter(person, String.valueOf(person.board), random.nextInt(200));
    }
}
