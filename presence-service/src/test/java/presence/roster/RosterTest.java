package presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
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

class RosterTest {
    private static final Origin HERE = new Origin(new NodeId(new UUID(0, 1)), 0);
    private static final Origin THERE = new Origin(new NodeId(new UUID(0, 2)), 0);
    private static final MemberId ADA = new MemberId(0, 1);
    private static final MemberId BOB = new MemberId(0, 2);

    private final Roster roster = new Roster();

    private static Member member(MemberId id, String name, long version) {
        return new Member(
                id, 1, new Profile("", name, "", "", ""), Status.ACTIVE, PresenceState.EMPTY, version, 0, KeyHash.NONE);
    }

    private static SegmentDelta upsert(Member... members) {
        return new SegmentDelta(List.of(members), Map.of());
    }

    private static SegmentDelta departed(MemberId id) {
        return new SegmentDelta(List.of(), Map.of(id, LeaveReason.TIMED_OUT));
    }

    private List<String> names() {
        return roster.members().stream().map(m -> m.profile().name()).toList();
    }

    // ---- verdicts ----

    @Test
    void deltasThatFollowEachOtherAreApplied() {
        assertThat(roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)))).isEqualTo(Roster.Verdict.APPLIED);
        assertThat(roster.apply(THERE, 5, 9, upsert(member(BOB, "Bob", 1)))).isEqualTo(Roster.Verdict.APPLIED);
        assertThat(names()).containsExactly("Ada", "Bob");
        assertThat(roster.seq(THERE)).isEqualTo(9);
    }

    @Test
    void aDeltaThatCameTwiceIsStale() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.apply(THERE, 5, 6, departed(ADA));
        assertThat(roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)))).isEqualTo(Roster.Verdict.STALE);
        assertThat(roster.apply(THERE, 5, 6, departed(ADA))).isEqualTo(Roster.Verdict.STALE);
        assertThat(roster.members()).isEmpty();
        assertThat(roster.seq(THERE)).isEqualTo(6);
    }

    @Test
    void aDeltaBehindALostOneIsAGapAndChangesNothing() {
        assertThat(roster.apply(THERE, 4, 5, upsert(member(ADA, "Ada", 1)))).isEqualTo(Roster.Verdict.GAP);
        assertThat(roster.origins()).isEmpty();
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        assertThat(roster.apply(THERE, 6, 7, departed(ADA))).isEqualTo(Roster.Verdict.GAP);
        assertThat(names()).containsExactly("Ada");
        assertThat(roster.seq(THERE)).isEqualTo(5);
    }

    @Test
    void aDeltaThatOverlapsTheKnownOnesIsAGap() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        assertThat(roster.apply(THERE, 3, 8, departed(ADA))).isEqualTo(Roster.Verdict.GAP);
        assertThat(names()).containsExactly("Ada");
    }

    @Test
    void ownersHaveSequencesOfTheirOwn() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        assertThat(roster.apply(HERE, 0, 1, upsert(member(BOB, "Bob", 1)))).isEqualTo(Roster.Verdict.APPLIED);
        assertThat(roster.seq(HERE)).isEqualTo(1);
        assertThat(roster.seq(new Origin(NodeId.random(), 0))).isEqualTo(-1);
    }

    // ---- whole segments ----

    @Test
    void aSegmentReadAgainReplacesWhatWasThere() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.takeDelta();
        roster.replace(THERE, 7, List.of(member(BOB, "Bob", 1)));
        RosterDelta delta = roster.takeDelta();
        assertThat(delta.joined()).extracting(Member::id).containsExactly(BOB);
        assertThat(delta.left()).as("may have moved").isEmpty();
        List.copyOf(roster.inBetween()).forEach(roster::removeUnclaimed);
        assertThat(roster.takeDelta().left())
                .extracting(left -> left.member().id())
                .containsExactly(ADA);
        assertThat(roster.apply(THERE, 7, 8, departed(BOB))).isEqualTo(Roster.Verdict.APPLIED);
    }

    @Test
    void aMemberMissingInASegmentAndFoundInAnotherWasNeverGone() {
        Origin elsewhere = new Origin(NodeId.random(), 0);
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.takeDelta();
        roster.replace(THERE, 7, List.of());
        roster.replace(elsewhere, 3, List.of(member(ADA, "Ada", 2)));
        assertThat(roster.inBetween()).isEmpty();
        RosterDelta delta = roster.takeDelta();
        assertThat(delta.left()).isEmpty();
        assertThat(delta.joined()).isEmpty();
        assertThat(delta.updated()).hasSize(1);
    }

    @Test
    void aMemberThatLeftWithItsOwnerMayHaveMovedUnlessTheNodeWasLost() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.drop(THERE, LeaveReason.LEFT);
        assertThat(roster.inBetween()).extracting(Member::id).containsExactly(ADA);
        roster.removeUnclaimed(member(ADA, "Ada", 1));
        assertThat(names()).isEmpty();

        roster.apply(THERE, 0, 5, upsert(member(BOB, "Bob", 1)));
        roster.drop(THERE, LeaveReason.NODE_LOST);
        assertThat(roster.inBetween()).isEmpty();
        assertThat(names()).isEmpty();
    }

    @Test
    void anOlderSegmentThanTheKnownOneIsIgnored() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.replace(THERE, 4, List.of());
        assertThat(names()).containsExactly("Ada");
        assertThat(roster.seq(THERE)).isEqualTo(5);
    }

    @Test
    void theSameSegmentReadAgainIsNoNews() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.takeDelta();
        roster.replace(THERE, 6, List.of(member(ADA, "Ada", 1)));
        assertThat(roster.takeDelta().isEmpty()).isTrue();
    }

    // ---- conflicts ----

    @Test
    void whereTwoOwnersClaimAMemberTheHigherVersionWins() {
        roster.put(HERE, member(ADA, "new", 2));
        roster.apply(THERE, 0, 1, upsert(member(ADA, "old", 1)));
        assertThat(names()).containsExactly("new");
        assertThat(roster.owner(ADA)).isEqualTo(HERE);
        roster.apply(THERE, 1, 2, upsert(member(ADA, "newest", 3)));
        assertThat(names()).containsExactly("newest");
        assertThat(roster.owner(ADA)).isEqualTo(THERE);
    }

    @Test
    void onATieTheGreaterOriginWinsInWhateverOrderTheyCome() {
        roster.put(THERE, member(ADA, "there", 1));
        roster.put(HERE, member(ADA, "here", 1));
        assertThat(names()).containsExactly("there");
        Roster other = new Roster();
        other.put(HERE, member(ADA, "here", 1));
        other.put(THERE, member(ADA, "there", 1));
        assertThat(other.owner(ADA)).isEqualTo(THERE);
    }

    @Test
    void aMemberThatLosesOneOwnerStaysWithTheOther() {
        roster.put(HERE, member(ADA, "here", 2));
        roster.apply(THERE, 0, 1, upsert(member(ADA, "there", 1)));
        roster.takeDelta();
        roster.remove(HERE, ADA, LeaveReason.LEFT);
        RosterDelta delta = roster.takeDelta();
        assertThat(delta.left()).isEmpty();
        assertThat(delta.joined()).isEmpty();
        assertThat(delta.updated())
                .extracting(update -> update.after().profile().name())
                .containsExactly("there");
    }

    // ---- deltas ----

    @Test
    void aJoinAndLeaveBetweenTwoTakesIsNoChange() {
        roster.put(HERE, member(ADA, "Ada", 1));
        roster.remove(HERE, ADA, LeaveReason.LEFT);
        assertThat(roster.isTouched()).isTrue();
        assertThat(roster.takeDelta().isEmpty()).isTrue();
        assertThat(roster.isTouched()).isFalse();
    }

    @Test
    void aTakeOverBetweenTwoTakesIsAnUpdate() {
        roster.put(HERE, member(ADA, "Ada", 1));
        roster.takeDelta();
        roster.remove(HERE, ADA, LeaveReason.TIMED_OUT);
        roster.apply(THERE, 0, 1, upsert(member(ADA, "Ada", 2)));
        RosterDelta delta = roster.takeDelta();
        assertThat(delta.left()).isEmpty();
        assertThat(delta.joined()).isEmpty();
        assertThat(delta.updated()).hasSize(1);
        assertThat(delta.updated().get(0).before().version()).isEqualTo(1);
        assertThat(delta.updated().get(0).after().version()).isEqualTo(2);
    }

    @Test
    void aMemberTakenOverStaysUntilTheNewOwnersClaimOrTheEndOfTheWait() {
        roster.apply(THERE, 0, 1, upsert(member(ADA, "Ada", 1), member(BOB, "Bob", 1)));
        roster.takeDelta();
        roster.apply(
                THERE,
                1,
                2,
                new SegmentDelta(List.of(), Map.of(ADA, LeaveReason.TAKEN_OVER, BOB, LeaveReason.TAKEN_OVER)));
        assertThat(names()).containsExactly("Ada", "Bob");
        assertThat(roster.segment(THERE)).isEmpty();
        assertThat(roster.owner(ADA)).isNull();
        roster.put(HERE, member(ADA, "Ada", 2));
        roster.removeUnclaimed(member(ADA, "Ada", 1));
        roster.removeUnclaimed(member(BOB, "Bob", 1));
        assertThat(names()).containsExactly("Ada");
        assertThat(roster.takeDelta().left())
                .extracting(RosterDelta.Left::reason)
                .containsExactly(LeaveReason.LEFT);
    }

    @Test
    void aMemberWhoseNewOwnerIsKnownIsNotWaitedFor() {
        roster.apply(THERE, 0, 1, upsert(member(ADA, "Ada", 1)));
        roster.put(HERE, member(ADA, "Ada", 2));
        roster.apply(THERE, 1, 2, new SegmentDelta(List.of(), Map.of(ADA, LeaveReason.TAKEN_OVER)));
        assertThat(roster.inBetween()).isEmpty();
        roster.remove(HERE, ADA, LeaveReason.LEFT);
        assertThat(names()).isEmpty();
    }

    @Test
    void aLeaveComesWithItsReasonAndTheMemberAsLastSeen() {
        roster.put(HERE, member(ADA, "Ada", 1));
        roster.apply(THERE, 0, 1, upsert(member(BOB, "Bob", 4)));
        roster.takeDelta();
        roster.remove(HERE, ADA, LeaveReason.TIMED_OUT);
        roster.drop(THERE, LeaveReason.NODE_LOST);
        assertThat(roster.takeDelta().left())
                .containsExactly(
                        new RosterDelta.Left(member(ADA, "Ada", 1), LeaveReason.TIMED_OUT),
                        new RosterDelta.Left(member(BOB, "Bob", 4), LeaveReason.NODE_LOST));
    }

    @Test
    void theReasonIsThatOfTheLastLeave() {
        roster.put(HERE, member(ADA, "Ada", 1));
        roster.takeDelta();
        roster.remove(HERE, ADA, LeaveReason.TIMED_OUT);
        roster.put(HERE, member(ADA, "Ada", 2));
        roster.remove(HERE, ADA, LeaveReason.KICKED);
        assertThat(roster.takeDelta().left())
                .extracting(RosterDelta.Left::reason)
                .containsExactly(LeaveReason.KICKED);
    }

    @Test
    void aDroppedOwnerIsForgottenAndMayComeBack() {
        roster.apply(THERE, 0, 5, upsert(member(ADA, "Ada", 1)));
        roster.drop(THERE, LeaveReason.NODE_LOST);
        assertThat(roster.origins()).isEmpty();
        assertThat(roster.seq(THERE)).isEqualTo(-1);
        roster.replace(THERE, 3, List.of(member(ADA, "Ada", 1)));
        assertThat(names()).containsExactly("Ada");
    }

    @Test
    void removingAnUnknownMemberChangesNothing() {
        roster.remove(HERE, ADA, LeaveReason.LEFT);
        roster.drop(THERE, LeaveReason.LEFT);
        assertThat(roster.isTouched()).isFalse();
    }
}
