package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardFeed;
import presence.model.CursorColumns;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.Position;
import presence.roster.SegmentDelta;
import presence.testing.random.Seeded;
import presence.wire.ClientEvent;

/**
 * Applies random operations to a board in any order, on loops that run in any order, with readers that stall: no frame
 * ever names a slot before its joined, and at the end all clients have the same roster.
 */
@Tag("property")
class BoardInterleavingTest {
    private static final class Run {
        final Random random;
        final BoardFixture fixture;
        final Map<Watcher, ClientEvent.Cursor> lastMoves = new HashMap<>();
        final Map<MemberId, Member> remote = new LinkedHashMap<>();
        final Map<MemberId, Position> remotePositions = new HashMap<>();
        final boolean crowded;
        long remoteSeq;
        long remoteTick;
        int people;

        Run(Random random) {
            this.random = random;
            this.fixture = new BoardFixture(1 + random.nextInt(3), 100);
            this.crowded = random.nextInt(3) == 0;
        }

        Watcher anyWatcher() {
            return fixture.watchers.get(random.nextInt(fixture.watchers.size()));
        }

        Map<String, byte[]> anyState() {
            Map<String, byte[]> state = new LinkedHashMap<>();
            if (crowded && random.nextInt(3) > 0) {
                state.put("large", new byte[3_900]);
            }
            state.put("k" + random.nextInt(3), new byte[random.nextInt(3)]);
            return state;
        }

        void step() {
            if (fixture.watchers.isEmpty()) {
                join();
                return;
            }
            switch (random.nextInt(17)) {
                case 0 -> join();
                case 1 -> leave();
                case 2, 3, 4 -> move();
                case 5 -> patch();
                case 6 -> signal();
                case 7 -> anyWatcher().writable = false;
                case 8 -> anyWatcher().becomeWritable();
                case 9 -> remoteChange();
                case 10 -> remoteCursors();
                case 11 -> remoteEvent();
                case 16 -> exchange();
                case 12 -> fixture.pass(random.nextInt(30));
                default -> fixture.run(random.nextInt(fixture.loopCount()));
            }
        }

        void join() {
            Watcher watcher = fixture.watcher("p" + ++people, random.nextInt(fixture.loopCount()));
            watcher.writable = random.nextInt(3) > 0;
            fixture.join(watcher, anyState(), random.nextInt(5) == 0);
        }

        void leave() {
            Watcher watcher = anyWatcher();
            fixture.leave(watcher);
            lastMoves.remove(watcher);
        }

        /** A connection waits with the next one until the board has decided. */
        void exchange() {
            Watcher watcher = anyWatcher();
            if (watcher.seat.fallback() == null) {
                fixture.exchange(watcher);
                lastMoves.remove(watcher);
            }
        }

        void move() {
            Watcher watcher = anyWatcher();
            if (!watcher.seat.isObserver()) {
                ClientEvent.Cursor to = new ClientEvent.Cursor(
                        ClientEvent.NO_REQUEST_ID, 0, random.nextInt(100), random.nextInt(100), random.nextBoolean());
                watcher.seat.move(to, fixture.nowMs());
                lastMoves.put(watcher, to);
            }
        }

        void patch() {
            anyWatcher()
                    .seat
                    .patch(new ClientEvent.StatePatch(
                            ClientEvent.NO_REQUEST_ID,
                            0,
                            Map.of("k" + random.nextInt(3), new byte[random.nextInt(2)]),
                            List.of("k" + random.nextInt(3)),
                            random.nextBoolean() ? null : People.named("p" + ++people),
                            Status.values()[random.nextInt(4)]));
        }

        void signal() {
            Watcher watcher = anyWatcher();
            if (!watcher.seat.isObserver()) {
                List<Integer> to = new ArrayList<>();
                for (int left = random.nextInt(3); left > 0; left--) {
                    to.add(1 + random.nextInt(20));
                }
                fixture.signal(watcher, "s", to.toArray(new Integer[0]));
            }
        }

        /** Joins, changes and leaves on another node; some deltas are lost and the segment is read again. */
        void remoteChange() {
            List<Member> upserted = new ArrayList<>();
            Map<MemberId, LeaveReason> departed = new LinkedHashMap<>();
            for (int left = crowded ? 8 : 2; left > 0; left--) {
                int number = 1 + random.nextInt(crowded ? 30 : 4);
                MemberId id = People.id(number);
                if (departed.containsKey(id) || upserted.stream().anyMatch(m -> m.id().equals(id))) {
                    continue;
                }
                if (remote.containsKey(id) && random.nextInt(3) == 0) {
                    remote.remove(id);
                    remotePositions.remove(id);
                    departed.put(id, LeaveReason.LEFT);
                } else {
                    Member before = remote.get(id);
                    Member member = new Member(
                            id,
                            number,
                            new Profile("", "r" + random.nextInt(3), "", "", ""),
                            Status.ACTIVE,
                            PresenceState.of(anyState()),
                            before == null ? 1 : before.version() + 1,
                            0,
                            KeyHash.NONE);
                    remote.put(id, member);
                    upserted.add(member);
                }
            }
            long prev = remoteSeq;
            long seq = ++remoteSeq;
            List<Member> whole = List.copyOf(remote.values());
            if (random.nextInt(4) > 0) {
                fixture.receive(feed -> {
                    if (feed.onDelta(People.THERE, prev, seq, new SegmentDelta(upserted, departed))
                            == presence.roster.Roster.Verdict.GAP) {
                        feed.onSegment(People.THERE, seq, whole);
                    }
                });
            } else {
                fixture.receive(feed -> feed.onSegment(People.THERE, seq, whole));
            }
        }

        void remoteCursors() {
            CursorColumns moved = new CursorColumns();
            for (Member member : remote.values()) {
                if (random.nextBoolean()) {
                    int x = random.nextInt(100);
                    moved.add(member.ownerSlot(), x, -x, false, random.nextInt(40));
                    remotePositions.put(
                            member.id(), Position.newBuilder().setX(x).setY(-x).build());
                }
            }
            long tick = ++remoteTick;
            fixture.receive(feed -> feed.onCursors(People.THERE, tick, moved));
        }

        void remoteEvent() {
            switch (random.nextInt(4)) {
                case 0 -> fixture.receive(BoardFeed::onHello);
                case 1, 2 -> {
                    MemberId from = People.id(1 + random.nextInt(5));
                    fixture.receive(feed -> feed.onSignal(from, "r", new byte[0], List.of()));
                }
                default -> {
                    remote.clear();
                    remotePositions.clear();
                    fixture.receive(feed -> feed.onNodeGone(People.THERE.node()));
                    remoteSeq++;
                    long seq = remoteSeq;
                    fixture.receive(feed -> feed.onSegment(People.THERE, seq, List.of()));
                }
            }
        }

        void quiet() {
            fixture.settle();
            for (int i = 0; i < 30; i++) {
                List.copyOf(fixture.watchers).forEach(Watcher::becomeWritable);
                fixture.run();
            }
            // The wait for a possible take-over has ended.
            fixture.pass(2_000);
            fixture.settle();
        }

        /** Members of this node as its boards published them, and members of the other node. */
        Map<ByteString, String> truth() {
            Map<ByteString, String> truth = new HashMap<>();
            Map<MemberId, Member> local = new HashMap<>();
            fixture.published.forEach(delta -> {
                delta.departed().keySet().forEach(local::remove);
                delta.upserted().forEach(member -> local.put(member.id(), member));
            });
            local.putAll(remote);
            local.values()
                    .forEach(member -> truth.put(ByteString.copyFrom(member.id().toBytes()), describe(member)));
            return truth;
        }

        static String describe(Member member) {
            StringBuilder state = new StringBuilder();
            member.state().values().keySet().stream()
                    .sorted()
                    .forEach(name -> state.append(name)
                            .append('=')
                            .append(member.state().values().get(name).length)
                            .append(' '));
            return member.profile().name() + " " + member.status() + " v" + member.version() + " " + state;
        }

        static String describe(presence.proto.Member member) {
            StringBuilder state = new StringBuilder();
            member.getStateMap().keySet().stream()
                    .sorted()
                    .forEach(name -> state.append(name)
                            .append('=')
                            .append(member.getStateMap().get(name).size())
                            .append(' '));
            return member.getProfile().getName() + " "
                    + member.getStatus().name().substring("STATUS_".length()) + " v" + member.getVersion() + " "
                    + state;
        }

        void assertAllKnowTheSame() {
            Map<ByteString, String> truth = truth();
            for (Watcher watcher : fixture.watchers) {
                assertThat(watcher.isComplete()).as(watcher + " has its roster").isTrue();
                Map<ByteString, String> known = new HashMap<>();
                watcher.membersById().forEach((id, member) -> known.put(id, describe(member)));
                assertThat(known).as("what " + watcher + " knows").isEqualTo(truth);
                assertThat(watcher.cursors.keySet()).as("cursors of members").isSubsetOf(watcher.members.keySet());
                lastMoves.forEach((mover, last) -> {
                    if (mover != watcher) {
                        assertThat(watcher.cursors.get(mover.you))
                                .as("where " + watcher + " sees " + mover)
                                .isEqualTo(Position.newBuilder()
                                        .setX(last.x())
                                        .setY(last.y())
                                        .setHidden(last.hidden())
                                        .build());
                    }
                });
                watcher.members
                        .values()
                        .forEach(member -> remotePositions.forEach((id, position) -> {
                            if (member.getMemberId().equals(ByteString.copyFrom(id.toBytes()))) {
                                assertThat(watcher.cursors.get(member.getSlot()))
                                        .as("where " + watcher + " sees " + id)
                                        .isEqualTo(position);
                            }
                        }));
            }
        }
    }

    @Test
    void noFrameNamesASlotBeforeItsJoinedAndInTheEndAllKnowTheSame() {
        int[] watched = {0};
        Seeded.check(150, random -> {
            Run run = new Run(random);
            for (int steps = 100 + random.nextInt(200); steps > 0; steps--) {
                run.step();
            }
            run.quiet();
            run.fixture.assertInOrder();
            run.assertAllKnowTheSame();
            watched[0] += run.fixture.watchers.size();
            run.fixture.close();
        });
        assertThat(watched[0]).as("watchers").isPositive();
    }
}
