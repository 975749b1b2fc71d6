package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.Change;
import presence.proto.Member;
import presence.proto.Position;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.testing.random.Seeded;
import presence.wire.ClientEvent;

/**
 * Random joins, leaves, updates, reuse of slots, cursors, signals, windows, requests, resumes, changes of role and slow
 * readers: no client is sent a slot that it does not know ({@link Watcher} complains), and what it knows is right.
 */
@Tag("property")
class PagedReadersPropertyTest {
    private static final int AREA = 40_000;
    private static final int MOST_MEMBERS = 40;

    private static final class Client {
        final Watcher watcher;
        final int limit;
        final Map<Integer, Integer> nextByReply = new HashMap<>();
        ClientEvent.@Nullable Viewport shown;
        byte[] key = {};
        int nextPage;
        boolean asked;

        Client(Watcher watcher, int limit) {
            this.watcher = watcher;
            this.limit = limit;
        }

        boolean shows(Position at) {
            ClientEvent.Viewport view = shown;
            if (view == null) {
                return false;
            }
            int more = Math.max(view.width(), view.height()) / 16;
            return at.getX() >= view.x() - more
                    && at.getX() < view.x() + view.width() + more
                    && at.getY() >= view.y() - more
                    && at.getY() < view.y() + view.height() + more;
        }

        /** Notes what its frames say of pages and keys, and drops them. */
        void read() {
            for (ServerFrame frame : watcher.frames) {
                if (frame.hasRoster()) {
                    Roster roster = frame.getRoster();
                    key = roster.getResumeKey().toByteArray();
                    nextPage = roster.getNext();
                    asked = false;
                } else if (frame.hasChange() && frame.getChange().hasPage()) {
                    nextPage = frame.getChange().getPage().getNext();
                    asked = false;
                }
            }
            watcher.frames.clear();
        }
    }

    private static final class Round {
        final Random random;
        final BoardFixture fixture = new BoardFixture(2, 1_000);
        final Watcher reference = fixture.joined("reference");
        final List<Watcher> movers = new ArrayList<>();
        final List<Client> clients = new ArrayList<>();
        int names;

        Round(Random random) {
            this.random = random;
        }

        void run() {
            for (int i = 0; i < 15; i++) {
                come();
            }
            for (int step = 0; step < 160; step++) {
                act();
                if (step % 60 < 30) {
                    movers.stream().filter(mover -> random.nextInt(2) == 0).forEach(this::move);
                }
                fixture.pass(random.nextInt(3) * BoardFixture.TICK_MS / 2);
                if (random.nextInt(3) > 0) {
                    fixture.run();
                } else {
                    fixture.run(random.nextInt(2));
                }
                clients.forEach(Client::read);
                reference.frames.clear();
            }
            quiet();
            clients.forEach(this::check);
            clients.forEach(this::checkPages);
            fixture.assertInOrder();
            assertThat(fixture.metrics.pagedRosters.get()).isEqualTo(clients.size());
            clients.forEach(client -> fixture.leave(client.watcher));
            fixture.settle();
            assertThat(fixture.metrics.pagedRosters.get()).isZero();
            fixture.close();
        }

        private void come() {
            Map<String, byte[]> state = random.nextInt(6) == 0 ? Map.of("s", new byte[3_000]) : Map.of();
            movers.add(fixture.join(fixture.watcher("m" + names++, random.nextInt(2)), state, false));
        }

        private void move(Watcher mover) {
            fixture.move(mover, random.nextInt(AREA), random.nextInt(AREA));
        }

        private void act() {
            switch (random.nextInt(14)) {
                case 0 -> {
                    if (movers.size() < MOST_MEMBERS) {
                        come();
                    }
                }
                case 1 -> {
                    if (movers.size() > 8) {
                        fixture.leave(movers.remove(random.nextInt(movers.size())));
                    }
                }
                case 2 -> {
                    // Slots of those that left are used again.
                    if (random.nextInt(4) == 0) {
                        fixture.pass(BoardFixture.REST_MS);
                    }
                }
                case 3 -> any(movers).seat.patch(People.patch(Map.of("n", new byte[] {(byte) random.nextInt()}), null));
                case 4 -> fixture.signal(any(movers), "wave");
                case 5 -> {
                    if (clients.size() < 5) {
                        int limit = 1 + random.nextInt(12);
                        Watcher watcher = fixture.watcher("c" + names++, random.nextInt(2));
                        boolean observer = random.nextInt(3) == 0;
                        clients.add(new Client(fixture.joinInParts(watcher, observer, new byte[0], limit), limit));
                    }
                }
                default -> {
                    if (!clients.isEmpty()) {
                        act(random.nextInt(clients.size()));
                    }
                }
            }
        }

        private <T> T any(List<T> some) {
            return some.get(random.nextInt(some.size()));
        }

        private void act(int index) {
            Client client = clients.get(index);
            Watcher watcher = client.watcher;
            switch (random.nextInt(10)) {
                case 0 -> watcher.writable = false;
                case 1, 2 -> watcher.becomeWritable();
                case 3 -> watcher.takes = 1 + random.nextInt(3);
                case 4, 5 -> look(client);
                case 6 -> ask(client);
                case 7 -> {
                    if (!watcher.seat.isObserver()) {
                        move(watcher);
                    }
                }
                case 8 -> resumeOrLeave(index, client);
                default -> {
                    // A second change is asked for after the first only.
                    if (watcher.seat.fallback() == null && watcher.rostersToCome == 0) {
                        fixture.exchangeInParts(watcher, client.limit);
                        client.shown = null;
                        client.asked = true;
                    }
                }
            }
        }

        private void look(Client client) {
            // What it showed before it forgets, except what is still shown.
            if (client.shown != null) {
                client.watcher.cursors.values().removeIf(at -> !client.shows(at));
            }
            client.shown = new ClientEvent.Viewport(
                    -1,
                    0,
                    random.nextInt(AREA),
                    random.nextInt(AREA),
                    4_000 + random.nextInt(20_000),
                    6_000,
                    List.of());
            client.watcher.seat.show(client.shown);
        }

        private void ask(Client client) {
            if (!client.asked && client.watcher.rostersToCome == 0) {
                client.asked = true;
                client.watcher.seat.askForPage(new ClientEvent.RosterPage(1, 0, client.nextPage, random.nextInt(6)));
            }
        }

        private void resumeOrLeave(int index, Client client) {
            Watcher watcher = client.watcher;
            if (watcher.rostersToCome > 0 || watcher.seat.fallback() != null) {
                return;
            }
            if (client.key.length > 0 && random.nextBoolean()) {
                Watcher again = fixture.watcher(watcher.name, random.nextInt(2));
                fixture.joinInParts(again, false, client.key, client.limit);
                fixture.watchers.remove(watcher);
                clients.set(index, new Client(again, client.limit));
            } else {
                fixture.leave(watcher);
                clients.remove(index);
            }
        }

        /** Lets everybody read, and everything arrive. */
        private void quiet() {
            fixture.run();
            for (int i = 0; i < 30; i++) {
                for (Client client : clients) {
                    client.watcher.takes = -1;
                    client.watcher.becomeWritable();
                }
                fixture.settle();
            }
            fixture.pass(1_000);
            fixture.run();
            fixture.pass(1_000);
            fixture.run();
            clients.forEach(Client::read);
        }

        private void check(Client client) {
            Watcher watcher = client.watcher;
            Map<ByteString, Member> all = reference.membersById();
            Map<ByteString, Member> known = watcher.membersById();
            assertThat(watcher.isComplete()).as(watcher + " is complete").isTrue();
            assertThat(all).as("what " + watcher + " knows").containsAllEntriesOf(known);
            assertThat(known.size())
                    .as("members that " + watcher + " knows")
                    .isGreaterThanOrEqualTo(Math.min(client.limit, all.size()));
            reference.cursors.forEach((slot, at) -> {
                boolean told = watcher.members.containsKey(slot);
                Position there = watcher.cursors.get(slot);
                if (client.shown == null && told && slot != watcher.you) {
                    assertThat(there)
                            .as("slot " + slot + " as " + watcher + " knows it")
                            .isEqualTo(at);
                } else if (client.shown != null && slot != watcher.you) {
                    if (client.shows(at)) {
                        assertThat(there)
                                .as("slot " + slot + " in the window of " + watcher)
                                .isEqualTo(at);
                    } else if (there != null) {
                        assertThat(client.shows(there))
                                .as("slot " + slot + " stays in the window of " + watcher)
                                .isFalse();
                    }
                }
            });
        }

        /** Page by page every client gets to know everybody. */
        private void checkPages(Client client) {
            client.nextPage = 0;
            int pages = 0;
            do {
                client.asked = true;
                client.watcher.seat.askForPage(new ClientEvent.RosterPage(1, 0, client.nextPage, 7));
                fixture.settle();
                Change page = client.watcher.frames.stream()
                        .filter(frame -> frame.hasChange() && frame.getChange().hasPage())
                        .map(ServerFrame::getChange)
                        .findFirst()
                        .orElseThrow();
                assertThat(page.getJoinedCount()).isLessThanOrEqualTo(7);
                assertThat(page.getPage().getTotal()).isEqualTo(reference.members.size());
                client.read();
            } while (client.nextPage != 0 && ++pages < 20);
            assertThat(client.watcher.membersById()).isEqualTo(reference.membersById());
        }
    }

    @Test
    void noClientIsSentAnUnknownSlotAndWhatItKnowsIsRight() {
        Seeded.check(60, random -> new Round(random).run());
    }
}
