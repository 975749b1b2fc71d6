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
 * Queues changes of a segment that wait to be written, and the signals between them. Merges changes by member, but not
 * across a signal, so that messages of a member keep their order. Board loop only.
 */
final class PendingChanges {
    /** Most signals queued. */
    private static final int MAX_SIGNALS = 64;
    /** Size of a record without its profile and state: ids, versions, times. */
    private static final int RECORD_BYTES = 128;

    /** Changes and the signals to send right after them. */
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

    /** Queues a signal after all changes so far; returns false if the queue is full. */
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

    /** Removes and returns the changes up to the first signal with the signals after them; null if there are none. */
    @Nullable Stage take() {
        Stage first = stages.poll();
        if (first != null) {
            signals -= first.signals.size();
        }
        return first;
    }

    /** Drops all changes and returns the signals, in order. */
    List<Runnable> clear() {
        List<Runnable> all = takeSignals();
        stages.clear();
        return all;
    }

    /** Removes and returns the signals, in order; merges the changes that stay. */
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

    /** Estimates the bytes of the changes up to the first signal. */
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
