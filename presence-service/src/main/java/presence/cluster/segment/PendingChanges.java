package presence.cluster.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.roster.SegmentDelta;

/**
 * Changes of a segment that wait to be written, and the signals between them. Changes are merged by member, but not
 * across a signal: what a member sent is told in the order in which it was sent. Board loop only.
 */
final class PendingChanges {
    /** Signals that may wait. */
    private static final int MAX_SIGNALS = 64;
    /** A record beside its profile and state: ids, versions, times. */
    private static final int RECORD_BYTES = 128;

    /** Changes and the signals to send right behind them. */
    static final class Stage {
        private final Map<MemberId, Member> upserted = new LinkedHashMap<>(4);
        private final Map<MemberId, LeaveReason> departed = new LinkedHashMap<>(4);
        private final List<Runnable> signals = new ArrayList<>(0);

        SegmentDelta delta() {
            return new SegmentDelta(List.copyOf(upserted.values()), departed);
        }

        void sendSignals() {
            signals.forEach(Runnable::run);
        }
    }

    private final Deque<Stage> stages = new ArrayDeque<>(2);
    private int signals;

    boolean isEmpty() {
        return stages.isEmpty();
    }

    void add(SegmentDelta delta) {
        Stage last = stages.peekLast();
        if (last == null || !last.signals.isEmpty()) {
            last = new Stage();
            stages.add(last);
        }
        for (Member member : delta.upserted()) {
            last.departed.remove(member.id());
            last.upserted.put(member.id(), member);
        }
        for (Map.Entry<MemberId, LeaveReason> gone : delta.departed().entrySet()) {
            last.upserted.remove(gone.getKey());
            last.departed.put(gone.getKey(), gone.getValue());
        }
    }

    /** Keeps a signal behind all changes so far, if there are any; false if too many wait already. */
    boolean addSignal(Runnable send) {
        if (signals >= MAX_SIGNALS) {
            return false;
        }
        Stage last = stages.peekLast();
        if (last == null) {
            last = new Stage();
            stages.add(last);
        }
        signals++;
        last.signals.add(send);
        return true;
    }

    /** The changes up to the first signal, and the signals behind them; null if there are none. */
    @Nullable Stage take() {
        Stage first = stages.poll();
        if (first != null) {
            signals -= first.signals.size();
        }
        return first;
    }

    /** Forgets all changes and returns the signals, in order. */
    List<Runnable> clear() {
        List<Runnable> all = takeSignals();
        stages.clear();
        return all;
    }

    /** The signals, in order; the changes stay, and are merged. */
    List<Runnable> takeSignals() {
        List<Runnable> all = new ArrayList<>(signals);
        List<Stage> waiting = new ArrayList<>(stages);
        stages.clear();
        signals = 0;
        for (Stage stage : waiting) {
            all.addAll(stage.signals);
            if (!stage.delta().isEmpty()) {
                add(stage.delta());
            }
        }
        return all;
    }

    /** About how many bytes the changes up to the first signal take. */
    long bytes() {
        long bytes = 0;
        Stage first = stages.peek();
        if (first != null) {
            for (Member member : first.upserted.values()) {
                bytes += RECORD_BYTES
                        + member.profile().length()
                        + member.state().length();
            }
        }
        return bytes;
    }
}
