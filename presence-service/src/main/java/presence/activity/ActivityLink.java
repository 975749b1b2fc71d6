package presence.activity;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import presence.board.spi.BoardLink;
import presence.board.spi.ForwardingLink;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.roster.SegmentDelta;

/** Counts what happens on one board of this node. Board loop, but {@link #take} on any thread. */
final class ActivityLink extends ForwardingLink {
    /** A member of this node. */
    private record Present(String user, long joinedMs) {}

    /**
     * What was counted since the last time.
     *
     * @param users that were there
     * @param members of this node that are there now
     */
    record Taken(Activity activity, Set<String> users, int members) {}

    private final BoardId board;
    private final ActivityRecorder recorder;
    private final ActivityMetrics metrics;
    private final LongSupplier clock;
    private final LongSupplier wallClock;

    /** All guarded by this: uncontended, and never entered for a cursor. */
    private final Map<MemberId, Present> present = new HashMap<>(4);

    private Set<String> news = new HashSet<>(4);
    private int size;
    private int most;
    private long joins;
    private long signals;
    private long memberMs;
    private long sinceMs;

    /**
     * @param clock in milliseconds, never set back
     * @param wallClock milliseconds since 1970
     */
    ActivityLink(
            BoardLink link,
            BoardId board,
            ActivityRecorder recorder,
            ActivityMetrics metrics,
            LongSupplier clock,
            LongSupplier wallClock) {
        super(link);
        this.board = board;
        this.recorder = recorder;
        this.metrics = metrics;
        this.clock = clock;
        this.wallClock = wallClock;
        sinceMs = clock.getAsLong();
    }

    BoardId board() {
        return board;
    }

    @Override
    public void publish(SegmentDelta delta) {
        apply(delta);
        super.publish(delta);
    }

    private synchronized void apply(SegmentDelta delta) {
        settle();
        for (Map.Entry<MemberId, LeaveReason> gone : delta.departed().entrySet()) {
            Present member = present.remove(gone.getKey());
            if (member != null) {
                // At the end of an hour it may not have been counted in that hour.
                news.add(member.user());
                if (gone.getValue() != LeaveReason.TAKEN_OVER) {
                    metrics.sessions().record(Math.max(0, wallClock.getAsLong() - member.joinedMs()) / 1_000.0);
                }
            }
        }
        for (Member member : delta.upserted()) {
            String user = member.profile().userId();
            Present now = new Present(user.isEmpty() ? member.id().toString() : user, member.joinedAtMs());
            if (!now.equals(present.put(member.id(), now))) {
                news.add(now.user());
            }
        }
    }

    /** Adds the time that the present members were there since the last change. */
    private void settle() {
        long now = clock.getAsLong();
        memberMs += present.size() * (now - sinceMs);
        sinceMs = now;
    }

    @Override
    public synchronized void joined() {
        joins++;
        super.joined();
    }

    @Override
    public synchronized void size(int members) {
        size = members;
        most = Math.max(most, members);
        super.size(members);
    }

    @Override
    public void sent(MemberId from, String type, byte[] payload) {
        synchronized (this) {
            signals++;
        }
        super.sent(from, type, payload);
    }

    @Override
    public void close() {
        super.close();
        recorder.closed(this);
    }

    /**
     * Returns what was counted since the last call, and begins anew.
     *
     * @param allUsers whether to return all users that are there, not just those that came or left since the last call
     */
    synchronized Taken take(boolean allUsers) {
        settle();
        Activity activity = new Activity(most, joins, memberMs, signals);
        Set<String> users = news;
        if (allUsers) {
            present.values().forEach(member -> users.add(member.user()));
        }
        news = new HashSet<>(4);
        most = size;
        joins = 0;
        memberMs = 0;
        signals = 0;
        return new Taken(activity, users, present.size());
    }
}
