package presence.roster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

/** Measures a remote join and leave on a board of this size, including the change for the clients. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RosterApply {
    @Param({"10", "1000"})
    public int members;

    private final Origin owner = new Origin(new NodeId(new UUID(0, 1)), 0);
    private final Roster roster = new Roster();
    private final Member newcomer = member(1_000_000);
    private final SegmentDelta join = new SegmentDelta(List.of(newcomer), Map.of());
    private final SegmentDelta leave = new SegmentDelta(List.of(), Map.of(newcomer.id(), LeaveReason.LEFT));
    private long seq;

    private static Member member(int number) {
        return new Member(
                new MemberId(number, number),
                number,
                new Profile("u" + number, "Name", "#123456", "", ""),
                Status.ACTIVE,
                PresenceState.of(Map.of()),
                1,
                0,
                KeyHash.NONE);
    }

    @Setup
    public void fill() {
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            all.add(member(i));
        }
        roster.replace(owner, ++seq, all);
        roster.takeDelta();
    }

    @Benchmark
    public RosterDelta joinAndLeave() {
        roster.apply(owner, seq, ++seq, join);
        RosterDelta joined = roster.takeDelta();
        roster.apply(owner, seq, ++seq, leave);
        roster.takeDelta();
        return joined;
    }
}
