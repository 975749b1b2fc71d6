package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.Cursors;
import presence.proto.Position;
import presence.proto.ServerFrame;
import presence.testing.random.Seeded;
import presence.wire.ClientEvent;

/** Clients that tell what they show are sent the cursors there once much moves on a board, and lack nothing of it. */
class ViewportTickerTest {
    private static final int FAR = 1_000_000;

    private final BoardFixture fixture = new BoardFixture(2, 1_000);
    private final List<Watcher> movers = new ArrayList<>();
    private int step;

    /** Adds members that move in two groups, far from each other. */
    private void crowd(int size) {
        for (int i = 0; i < size; i++) {
            movers.add(fixture.join(fixture.watcher("m" + i, i % 2), Map.of(), false));
        }
        fixture.settle();
    }

    private void moveAll(int ticks) {
        for (int tick = 0; tick < ticks; tick++) {
            step++;
            for (int i = 0; i < movers.size(); i++) {
                fixture.move(movers.get(i), i * 10 + step, i % 2 == 0 ? 0 : FAR);
            }
            fixture.pass(BoardFixture.TICK_MS);
            fixture.run();
        }
    }

    private void moveOne(int ticks) {
        for (int tick = 0; tick < ticks; tick++) {
            fixture.move(movers.get(0), ++step, 0);
            fixture.pass(BoardFixture.TICK_MS);
            fixture.run();
        }
    }

    private void show(Watcher watcher, int x, int y, int width, int height, Integer... follow) {
        watcher.seat.show(new ClientEvent.Viewport(ClientEvent.NO_REQUEST_ID, 0, x, y, width, height, List.of(follow)));
        fixture.run();
    }

    private void close() {
        fixture.assertInOrder();
        fixture.close();
    }

    private static int positions(List<Cursors> frames) {
        return frames.stream().mapToInt(Cursors::getSlotCount).sum();
    }

    @Test
    void aClientIsSentTheCursorsOfItsWindow() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        Watcher other = fixture.joined("other");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(20);
        viewer.ticks();
        other.ticks();
        moveAll(6);
        List<Cursors> seen = viewer.ticks();
        assertThat(seen).hasSize(6);
        assertThat(positions(seen)).isEqualTo(6 * 10);
        assertThat(positions(other.ticks())).as("without a window").isEqualTo(6 * 20);
        for (int i = 0; i < 20; i += 2) {
            assertThat(viewer.cursorOf("m" + i).getX()).isEqualTo(i * 10 + step);
        }
        assertThat(fixture.metrics.viewportWindows.get()).isEqualTo(1);
        assertThat(fixture.metrics.viewportFrames.count()).isPositive();
        assertThat(fixture.metrics.positionsFiltered.count()).isPositive();
        close();
    }

    @Test
    void clientsWithEqualWindowsShareAFrame() {
        crowd(20);
        List<Watcher> viewers = List.of(fixture.joined("a"), fixture.joined("b"), fixture.joined("c"));
        viewers.forEach(viewer -> show(viewer, 0, -100, 2_000, 200));
        moveAll(20);
        double before = fixture.metrics.viewportFrames.count();
        moveAll(5);
        assertThat(fixture.metrics.viewportFrames.count() - before).isEqualTo(5);
        assertThat(fixture.metrics.viewportWindows.get()).isEqualTo(1);
        viewers.forEach(viewer -> fixture.leave(viewer));
        fixture.run();
        assertThat(fixture.metrics.viewportWindows.get()).isZero();
        close();
    }

    @Test
    void whatAClientMovesToIsSentAtOnce() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(20);
        fixture.settle();
        viewer.ticks();
        show(viewer, 0, FAR - 100, 2_000, 200);
        assertThat(positions(viewer.ticks())).isEqualTo(10);
        assertThat(viewer.cursorOf("m7").getX()).isEqualTo(70 + step);
        show(viewer, 0, FAR - 90, 2_000, 200);
        assertThat(viewer.ticks()).as("no member comes into the window").isEmpty();
        show(viewer, 0, 0, 0, 0);
        moveAll(1);
        assertThat(viewer.ticks()).as("nothing is shown").isEmpty();
        close();
    }

    @Test
    void whoIsFollowedIsSentWhereverItIs() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200, viewer.slotOf("m3"), 9_999, -1);
        moveAll(20);
        moveAll(1);
        assertThat(viewer.cursorOf("m3").getX()).isEqualTo(30 + step);
        close();
    }

    @Test
    void everybodyIsShownOnceASecondOnBoardsThatAreNotLarge() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(30);
        for (int round = 0; round < 2; round++) {
            fixture.pass(500);
            fixture.run();
        }
        assertThat(viewer.cursorOf("m9").getX()).isEqualTo(90 + step);
        close();
    }

    @Test
    void aBoardThatBecomesQuietSendsEverythingAgain() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(30);
        for (int tick = 0; tick < 40; tick++) {
            fixture.move(movers.get(0), tick, 0);
            fixture.pass(BoardFixture.TICK_MS);
            fixture.run();
        }
        viewer.ticks();
        fixture.move(movers.get(1), 77, FAR);
        fixture.pass(BoardFixture.TICK_MS);
        fixture.run();
        assertThat(viewer.cursorOf("m1").getX()).isEqualTo(77);
        for (int i = 2; i < 20; i++) {
            assertThat(viewer.cursorOf("m" + i).getX()).isEqualTo(i * 10 + step);
        }
        close();
    }

    @Test
    void theDensityOfALargeBoardIsSentOnceASecond() {
        crowd(501);
        Watcher viewer = fixture.joined("viewer");
        Watcher other = fixture.joined("other");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(1);
        fixture.pass(1_000);
        fixture.run();
        fixture.pass(500);
        fixture.run();
        List<ServerFrame> densities = viewer.take(ServerFrame.FrameCase.DENSITY);
        assertThat(densities).hasSize(1);
        assertThat(densities.get(0).getDensity().getCountsList().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(501);
        fixture.pass(3_000);
        fixture.run();
        assertThat(viewer.take(ServerFrame.FrameCase.DENSITY))
                .as("nothing moved")
                .isEmpty();
        assertThat(other.take(ServerFrame.FrameCase.DENSITY)).isEmpty();
        close();
    }

    private List<Integer> membersInDensities(Watcher watcher) {
        return watcher.take(ServerFrame.FrameCase.DENSITY).stream()
                .map(frame -> frame.getDensity().getCountsList().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .toList();
    }

    private void passSeconds(int seconds) {
        for (int half = 0; half < 2 * seconds; half++) {
            fixture.pass(500);
            fixture.run();
        }
    }

    @Test
    void theDensityEndsWithTheLargeBoard() {
        crowd(501);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(1);
        passSeconds(2);
        assertThat(membersInDensities(viewer)).isEqualTo(List.of(501));
        fixture.leave(movers.remove(500));
        fixture.leave(movers.remove(499));
        fixture.settle();
        passSeconds(4);
        List<ServerFrame> densities = viewer.take(ServerFrame.FrameCase.DENSITY);
        assertThat(densities).as("one that is empty").hasSize(1);
        assertThat(densities.get(0).getDensity().getColumns()).isZero();
        close();
    }

    @Test
    void aReaderThatIsBehindGetsTheDensityLater() {
        crowd(501);
        Watcher viewer = fixture.joined("viewer");
        moveAll(1);
        viewer.writable = false;
        fixture.joined("newcomer");
        show(viewer, 0, -100, 2_000, 200);
        passSeconds(2);
        assertThat(membersInDensities(viewer)).isEmpty();
        viewer.becomeWritable();
        passSeconds(3);
        assertThat(membersInDensities(viewer)).isEqualTo(List.of(501));
        close();
    }

    @Test
    void aReaderThatIsBehindWithChangesGetsWhatItMovedToMeanwhile() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(20);
        int moved = step;
        passSeconds(2);
        moveOne(3);
        viewer.writable = false;
        fixture.joined("newcomer");
        viewer.cursors.clear();
        show(viewer, 0, FAR - 100, 2_000, 200);
        moveOne(3);
        viewer.becomeWritable();
        fixture.settle();
        for (int i = 1; i < 20; i += 2) {
            assertThat(viewer.cursorOf("m" + i)).as("m" + i).isNotNull();
            assertThat(viewer.cursorOf("m" + i).getX()).isEqualTo(i * 10 + moved);
        }
        close();
    }

    @Test
    void theCountOfWhatWasNotSentNeverFalls() {
        crowd(20);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(20);
        double first = fixture.metrics.positionsFiltered.count();
        fixture.leave(viewer);
        fixture.run();
        Watcher next = fixture.joined("next");
        show(next, 0, -100, 2_000, 200);
        moveAll(9);
        double second = fixture.metrics.positionsFiltered.count();
        assertThat(second).isGreaterThanOrEqualTo(first);
        moveAll(9);
        assertThat(fixture.metrics.positionsFiltered.count()).isGreaterThan(second);
        close();
    }

    @Test
    void smallBoardsAreNotFiltered() {
        crowd(5);
        Watcher viewer = fixture.joined("viewer");
        show(viewer, 0, -100, 2_000, 200);
        moveAll(30);
        viewer.ticks();
        moveAll(2);
        assertThat(viewer.ticks()).isNotEmpty().allMatch(frame -> frame.getSlotCount() == 5);
        close();
    }

    @Test
    @Tag("property")
    void afterMotionStopsEachClientShowsWhatIsInItsWindow() {
        Seeded.check(40, random -> new Round(random).run());
    }

    /** Members that move, join and leave, and clients whose windows move and that cannot always read. */
    private static final class Round {
        private static final int AREA = 40_000;

        private final class Viewer {
            final Watcher watcher;
            int x;
            int y;
            int width = 8_000;
            final int height = 5_000;
            boolean told;

            Viewer(boolean observer) {
                watcher = fixture.join(fixture.watcher("v" + names++, random.nextInt(2)), Map.of(), observer);
            }

            void look() {
                if (told) {
                    watcher.cursors.values().removeIf(at -> !shows(at));
                }
                if (random.nextInt(3) == 0) {
                    x = random.nextInt(AREA);
                    y = random.nextInt(AREA);
                    width = 4_000 + random.nextInt(20_000);
                } else {
                    x += random.nextInt(2_000) - 1_000;
                }
                told = true;
                watcher.seat.show(
                        new ClientEvent.Viewport(ClientEvent.NO_REQUEST_ID, 0, x, y, width, height, List.of()));
            }

            boolean shows(Position at) {
                int more = Math.max(width, height) / 16;
                return at.getX() >= x - more
                        && at.getX() < x + width + more
                        && at.getY() >= y - more
                        && at.getY() < y + height + more;
            }

            void check() {
                watcher.members.forEach((slot, member) -> {
                    Position real = positions.get(member.getProfile().getName());
                    Position known = watcher.cursors.get(slot);
                    boolean matters = !told || real != null && shows(real) || known != null && shows(known);
                    if (real != null && matters) {
                        assertThat(known)
                                .as(member.getProfile().getName() + " as " + watcher + " shows it, told " + told)
                                .isEqualTo(real);
                    }
                });
            }
        }

        private final Random random;
        private final BoardFixture fixture = new BoardFixture(2, 1_000);
        private final List<Watcher> movers = new ArrayList<>();
        private final List<Viewer> viewers = new ArrayList<>();
        private final Map<String, Position> positions = new HashMap<>();
        private int names;

        Round(Random random) {
            this.random = random;
        }

        void run() {
            for (int i = 0; i < 20; i++) {
                movers.add(fixture.join(fixture.watcher("m" + names++, i % 2), Map.of(), false));
            }
            for (int step = 0; step < 150; step++) {
                act();
                boolean quiet = step % 50 > 40;
                for (Watcher mover : movers) {
                    if (random.nextInt(quiet ? 30 : 2) == 0) {
                        Position to = Position.newBuilder()
                                .setX(random.nextInt(AREA))
                                .setY(random.nextInt(AREA))
                                .build();
                        fixture.move(mover, to.getX(), to.getY());
                        positions.put(mover.name, to);
                    }
                }
                fixture.pass(random.nextInt(3) * BoardFixture.TICK_MS / 2);
                if (random.nextInt(3) > 0) {
                    fixture.run();
                } else {
                    fixture.run(random.nextInt(2));
                }
            }
            fixture.run();
            for (int i = 0; i < 4; i++) {
                viewers.forEach(viewer -> viewer.watcher.becomeWritable());
                fixture.settle();
            }
            fixture.pass(1_000);
            fixture.run();
            fixture.pass(1_000);
            fixture.run();
            viewers.forEach(Viewer::check);
            fixture.assertInOrder();
            fixture.close();
        }

        private void act() {
            switch (random.nextInt(12)) {
                case 0 -> {
                    movers.add(fixture.join(fixture.watcher("m" + names++, random.nextInt(2)), Map.of(), false));
                }
                case 1 -> {
                    if (movers.size() > 15) {
                        fixture.leave(movers.remove(random.nextInt(movers.size())));
                    }
                }
                case 2 -> {
                    if (viewers.size() < 6) {
                        viewers.add(new Viewer(random.nextInt(3) == 0));
                    }
                }
                case 3 -> {
                    if (viewers.size() > 4) {
                        fixture.leave(viewers.remove(random.nextInt(viewers.size())).watcher);
                    }
                }
                default -> {
                    if (!viewers.isEmpty()) {
                        Viewer viewer = viewers.get(random.nextInt(viewers.size()));
                        switch (random.nextInt(4)) {
                            case 0 -> viewer.watcher.writable = false;
                            case 1 -> viewer.watcher.becomeWritable();
                            default -> viewer.look();
                        }
                    }
                }
            }
        }
    }
}
