package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import presence.model.CursorColumns;

/**
 * A board of members that move at random and of clients with windows, some of which skip frames. What a client was sent is
 * compared with the positions that all members have, cropped to its window.
 */
final class CroppedCrowd implements ViewportFilter.Output {
    static final int TICK_MS = 50;
    static final int THRESHOLD = 16;
    private static final int AREA = 60_000;

    private static final class Member {
        int x;
        int y;
        /** The tick of its last move, and the time of it; 0 before the first. */
        long tick;

        long movedMs;
        boolean moves;
    }

    /** A client as the filter sees it, and what it was sent. */
    final class Client {
        final Viewer viewer;
        final Map<Integer, int[]> known = new HashMap<>();
        int x;
        int y;
        int width;
        int height;
        int[] follow = {};
        boolean stuck;
        long behindSince = Long.MAX_VALUE;

        Client() {
            members.forEach((slot, member) -> {
                if (member.tick != 0) {
                    known.put(slot, new int[] {member.x, member.y});
                }
            });
            lookAt(random.nextInt(AREA), random.nextInt(AREA), 2_000 + random.nextInt(20_000));
            viewer = filter.add(random.nextInt(4) == 0 ? 100 : 0, x, y, width, height, follow);
        }

        private void lookAt(int toX, int toY, int toWidth) {
            x = toX - AREA / 2;
            y = toY - AREA / 2;
            width = toWidth;
            height = toWidth * 9 / 16;
        }

        void change() {
            Area before = Area.around(x, y, width, height);
            int[] followed = follow;
            known.entrySet()
                    .removeIf(one -> !before.contains(one.getValue()[0], one.getValue()[1])
                            && Arrays.stream(followed).noneMatch(slot -> slot == one.getKey()));
            switch (random.nextInt(6)) {
                case 0 -> lookAt(random.nextInt(AREA), random.nextInt(AREA), 2_000 + random.nextInt(20_000));
                case 1 -> lookAt(0, 0, AREA << random.nextInt(9));
                case 2 -> width = random.nextInt(3) == 0 ? 0 : width;
                case 3 -> follow = random.ints(random.nextInt(4), 1, 60).toArray();
                default -> x += random.nextInt(4_000) - 2_000;
            }
            filter.show(viewer, x, y, width, height, follow, nowMs);
        }

        void get(CursorColumns positions, long since) {
            if (stuck || behindSince != Long.MAX_VALUE) {
                behindSince = Math.min(behindSince, since);
            } else {
                learn(positions);
            }
        }

        private void learn(CursorColumns positions) {
            for (int row = 0; row < positions.size(); row++) {
                Member member = members.get(positions.slot(row));
                assertThat(member)
                        .as("slot " + positions.slot(row) + " is taken")
                        .isNotNull();
                assertThat(new int[] {positions.x(row), positions.y(row)})
                        .as("newest position of " + positions.slot(row))
                        .containsExactly(member.x, member.y);
                assertThat(positions.ageMs(row)).isEqualTo(nowMs - member.movedMs);
                known.put(positions.slot(row), new int[] {member.x, member.y});
            }
        }

        /** Takes the newest positions, as a reader does that can read again. */
        void read() {
            stuck = false;
            if (behindSince != Long.MAX_VALUE) {
                long since = behindSince;
                behindSince = Long.MAX_VALUE;
                CursorColumns all = new CursorColumns();
                filter.catchUp(viewer, since, nowMs, all);
                learn(all);
            }
        }

        /** Returns the slots that it has an earlier position of. */
        List<Integer> stale() {
            List<Integer> slots = new ArrayList<>();
            members.forEach((slot, member) -> {
                int[] at = known.get(slot);
                if (member.tick != 0 && at != null && (at[0] != member.x || at[1] != member.y)) {
                    slots.add(slot);
                }
            });
            return slots;
        }

        private boolean shows(int atX, int atY) {
            return Area.around(x, y, width, height).contains(atX, atY);
        }

        /** Compares what it shows with the members that are there, except those who moved after {@code untilMs}. */
        void check(long untilMs) {
            if (behindSince != Long.MAX_VALUE || stuck) {
                return;
            }
            members.forEach((slot, member) -> {
                int[] at = known.get(slot);
                boolean matters = shows(member.x, member.y)
                        || at != null && shows(at[0], at[1])
                        || viewer.follows(slot)
                        || at != null && !filter.isOn();
                if (matters && member.tick != 0 && member.movedMs <= untilMs) {
                    assertThat(at)
                            .as("slot %d in window %s of %d", slot, viewer.view.window, filter.viewers())
                            .isNotNull()
                            .containsExactly(member.x, member.y);
                }
            });
        }
    }

    final Random random;
    final TreeMap<Integer, Member> members = new TreeMap<>();
    final List<Client> clients = new ArrayList<>();
    final ViewportFilter filter;
    long nowMs = 10_000;
    private long tick = 10_000;
    private int slots;
    private int largest;
    /** Whether the members do not move; all of them are shown once a second otherwise. */
    private boolean calm;

    CroppedCrowd(Random random, int size) {
        this.random = random;
        filter = new ViewportFilter(THRESHOLD, TICK_MS, tick, this);
        for (int i = 0; i < size; i++) {
            join();
        }
    }

    void join() {
        Member member = new Member();
        member.x = random.nextInt(AREA) - AREA / 2;
        member.y = random.nextInt(AREA) - AREA / 2;
        member.moves = random.nextInt(3) > 0;
        members.put(++slots, member);
    }

    void leave() {
        Integer slot = members.ceilingKey(1 + random.nextInt(slots));
        if (slot != null && members.size() > 1) {
            members.remove(slot);
            filter.left(slot);
            clients.forEach(client -> client.known.remove(slot));
        }
    }

    void letAllMove(boolean move) {
        calm = !move;
    }

    void tick() {
        nowMs += TICK_MS;
        tick = Math.max(tick + 1, nowMs);
        CursorColumns moved = new CursorColumns();
        members.forEach((slot, member) -> {
            if (random.nextInt(40) == 0) {
                member.moves = !member.moves;
            }
            if (member.moves && !calm) {
                int far = random.nextInt(100) == 0 ? AREA : 600;
                member.x = Math.floorMod(member.x + random.nextInt(far) - far / 2 + AREA / 2, AREA) - AREA / 2;
                member.y = Math.floorMod(member.y + random.nextInt(far) - far / 2 + AREA / 2, AREA) - AREA / 2;
                member.tick = tick;
                member.movedMs = nowMs - random.nextInt(20);
                moved.add(slot, member.x, member.y, false, (int) (nowMs - member.movedMs));
            }
        });
        if (moved.isEmpty()) {
            filter.pump(nowMs);
            return;
        }
        if (!filter.ticked(moved, members.size(), tick, nowMs)) {
            clients.forEach(client -> client.get(moved, tick));
        }
    }

    /** Lets time pass without moves. */
    void pass(int ms) {
        for (int at = 0; at < ms; at += TICK_MS) {
            nowMs += TICK_MS;
            filter.pump(nowMs);
            if (at % ViewportFilter.ROUND_MS == 0) {
                filter.round(members.size(), nowMs);
            }
        }
    }

    void round() {
        filter.round(members.size(), nowMs);
    }

    /** Returns the most positions of a frame so far. */
    int largestFrame() {
        return largest;
    }

    @Override
    public void toView(View view, CursorColumns positions, long since) {
        largest = Math.max(largest, positions.size());
        clients.stream()
                .filter(client -> client.viewer.viewId() == view.id())
                .forEach(client -> client.get(positions, since));
    }

    @Override
    public void toViewer(Viewer viewer, CursorColumns positions, long since) {
        largest = Math.max(largest, positions.size());
        for (Client client : clients) {
            if (client.viewer == viewer) {
                client.get(positions, since);
            }
        }
    }

    @Override
    public void toViewers(CursorColumns positions, long since) {
        largest = Math.max(largest, positions.size());
        clients.forEach(client -> client.get(positions, since));
    }
}
