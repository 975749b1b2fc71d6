package presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.testing.random.Seeded;

/**
 * Several owners write; the network loses, repeats and delays their deltas; snapshots are read at any time. Applying a
 * roster's deltas in order always yields its members, and once every segment was read again, the roster equals the
 * owners' segments.
 */
@Tag("property")
class RosterConvergenceTest {
    /** An owner's real segment, and the deltas it published. */
    private static final class Owner {
        final Origin origin;
        final Map<MemberId, Member> members = new LinkedHashMap<>();
        long seq;
        final List<Published> published = new ArrayList<>();

        Owner(Origin origin) {
            this.origin = origin;
        }
    }

    /** @param after the owner's segment after this delta */
    private record Published(long prev, long seq, SegmentDelta delta, List<Member> after) {}

    /** One run with all its randomness from one seed. */
    private static final class Run {
        final Random random;
        final Owner self = new Owner(new Origin(new NodeId(new UUID(0, 2)), 0));
        final List<Owner> others = new ArrayList<>();
        final Roster roster = new Roster();
        final Map<MemberId, Member> shown = new HashMap<>();
        long counter;
        int applied;

        Run(Random random) {
            this.random = random;
            // Origins below and above the own one, two incarnations of one node among them.
            others.add(new Owner(new Origin(new NodeId(new UUID(0, 1)), 0)));
            others.add(new Owner(new Origin(new NodeId(new UUID(0, 3)), 0)));
            others.add(new Owner(new Origin(new NodeId(new UUID(0, 3)), 1)));
        }

        /** Few members, few versions: the same member at several owners, ties included. */
        Member anyMember() {
            return new Member(
                    new MemberId(0, random.nextInt(6)),
                    1 + random.nextInt(4),
                    new Profile("", "n" + random.nextInt(3), "", "", ""),
                    Status.values()[random.nextInt(4)],
                    PresenceState.of(
                            random.nextBoolean() ? Map.of() : Map.of("k", new byte[] {(byte) random.nextInt(2)})),
                    1 + random.nextInt(4),
                    0,
                    KeyHash.NONE);
        }

        LeaveReason anyReason() {
            return LeaveReason.values()[random.nextInt(LeaveReason.values().length)];
        }

        Owner anyOther() {
            return others.get(random.nextInt(others.size()));
        }

        void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> change(anyOther());
                case 3, 4, 5 -> deliver(anyOther());
                case 6 -> changeSelf();
                case 7 -> readAgain(anyOther());
                case 8 -> drop(anyOther());
                default -> take();
            }
        }

        void change(Owner owner) {
            List<Member> upserted = new ArrayList<>();
            Map<MemberId, LeaveReason> departed = new LinkedHashMap<>();
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                Member member = anyMember();
                if (upserted.stream().anyMatch(m -> m.id().equals(member.id())) || departed.containsKey(member.id())) {
                    continue;
                }
                if (random.nextInt(3) == 0) {
                    owner.members.remove(member.id());
                    departed.put(member.id(), anyReason());
                } else {
                    owner.members.put(member.id(), member);
                    upserted.add(member);
                }
            }
            long prev = owner.seq;
            owner.seq = ++counter;
            owner.published.add(new Published(
                    prev, owner.seq, new SegmentDelta(upserted, departed), List.copyOf(owner.members.values())));
        }

        /** Delivers the next delta in most cases, else any earlier or later one: lost, repeated, overtaken. */
        void deliver(Owner owner) {
            if (owner.published.isEmpty()) {
                return;
            }
            long known = Math.max(0, roster.seq(owner.origin));
            Published published = owner.published.stream()
                    .filter(candidate -> candidate.prev == known && random.nextInt(4) > 0)
                    .findFirst()
                    .orElseGet(() -> owner.published.get(random.nextInt(owner.published.size())));
            List<Member> before = List.copyOf(roster.members());
            Collection<Member> segment = List.copyOf(roster.segment(owner.origin));
            Roster.Verdict verdict = roster.apply(owner.origin, published.prev, published.seq, published.delta);
            Roster.Verdict expected = published.seq <= known
                    ? Roster.Verdict.STALE
                    : published.prev == known ? Roster.Verdict.APPLIED : Roster.Verdict.GAP;
            assertThat(verdict).isEqualTo(expected);
            if (verdict == Roster.Verdict.APPLIED) {
                applied++;
                assertThat(roster.seq(owner.origin)).isEqualTo(published.seq);
                assertThat(roster.segment(owner.origin)).containsExactlyInAnyOrderElementsOf(published.after);
            } else {
                assertThat(roster.members()).containsExactlyElementsOf(before);
                assertThat(roster.segment(owner.origin)).containsExactlyElementsOf(segment);
            }
        }

        void changeSelf() {
            Member member = anyMember();
            if (random.nextInt(3) == 0) {
                self.members.remove(member.id());
                roster.remove(self.origin, member.id(), anyReason());
            } else {
                self.members.put(member.id(), member);
                roster.put(self.origin, member);
            }
        }

        void readAgain(Owner owner) {
            roster.replace(owner.origin, owner.seq, List.copyOf(owner.members.values()));
        }

        void drop(Owner owner) {
            roster.drop(owner.origin, LeaveReason.NODE_LOST);
        }

        /** Applies a change like a client: left, joined, updated. */
        void take() {
            RosterDelta delta = roster.takeDelta();
            for (RosterDelta.Left left : delta.left()) {
                assertThat(shown.remove(left.member().id())).as("left").isEqualTo(left.member());
            }
            for (Member joined : delta.joined()) {
                assertThat(shown.put(joined.id(), joined)).as("joined").isNull();
            }
            for (RosterDelta.Updated updated : delta.updated()) {
                assertThat(updated.after()).isNotEqualTo(updated.before());
                assertThat(shown.put(updated.after().id(), updated.after()))
                        .as("updated")
                        .isEqualTo(updated.before());
            }
            assertThat(shown.values()).containsExactlyInAnyOrderElementsOf(roster.members());
            assertThat(roster.size()).isEqualTo(shown.size());
            assertThat(roster.takeDelta().isEmpty()).isTrue();
        }

        /** The expected members: the highest version, on a tie the greatest origin. */
        Map<MemberId, Member> truth() {
            Map<Origin, Owner> ascending = new TreeMap<>();
            others.forEach(owner -> ascending.put(owner.origin, owner));
            ascending.put(self.origin, self);
            Map<MemberId, Member> truth = new HashMap<>();
            for (Owner owner : ascending.values()) {
                for (Member member : owner.members.values()) {
                    truth.merge(member.id(), member, (a, b) -> b.version() >= a.version() ? b : a);
                }
            }
            return truth;
        }
    }

    @Test
    void theDeltasAlwaysAddUpAndAReadOfEverySegmentRepairsEverything() {
        int[] applied = {0};
        Seeded.check(2_000, random -> {
            Run run = new Run(random);
            for (int steps = 20 + random.nextInt(100); steps > 0; steps--) {
                run.step();
            }
            run.others.forEach(run::readAgain);
            List.copyOf(run.roster.inBetween()).forEach(run.roster::removeUnclaimed);
            run.take();
            assertThat(run.shown).isEqualTo(run.truth());
            applied[0] += run.applied;
        });
        assertThat(applied[0]).as("deltas that were applied").isPositive();
    }
}
