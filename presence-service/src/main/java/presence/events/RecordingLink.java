package presence.events;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardLink;
import presence.board.spi.ForwardingLink;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.roster.SegmentDelta;

/**
 * Reports to the event log what one board publishes, before it is published: of a node that dies in between the log has
 * the join, and the leave when the node is found dead. Changes of status and profile are gathered for a second. Board
 * loop only.
 */
final class RecordingLink extends ForwardingLink {
    /** Shortest time between two updates of the members of a board. */
    static final long UPDATE_MS = 1_000;

    /** A member as the log has it, or will have it once what was reported is stored. */
    private record Known(String user, String digest, long version) {
        static Known of(Member member) {
            return new Known(member.profile().userId(), Change.digest(member), member.version());
        }
    }

    private final BoardId board;
    private final EventLoop loop;
    private final EventStore store;
    private final Set<String> signals;
    private final Map<MemberId, Known> known = new HashMap<>(4);
    private final Map<MemberId, Member> updated = new LinkedHashMap<>(0);
    private @Nullable Future<?> nextUpdate;

    /** @param signals types of signals that are recorded */
    RecordingLink(BoardLink link, BoardId board, EventLoop loop, EventStore store, Set<String> signals) {
        super(link);
        this.board = board;
        this.loop = loop;
        this.store = store;
        this.signals = signals;
    }

    @Override
    public void publish(SegmentDelta delta) {
        long now = System.currentTimeMillis();
        for (Map.Entry<MemberId, LeaveReason> gone : delta.departed().entrySet()) {
            leave(gone.getKey(), gone.getValue(), now);
        }
        for (Member member : delta.upserted()) {
            put(member, now);
        }
        super.publish(delta);
    }

    private void put(Member member, long now) {
        Known before = known.get(member.id());
        if (before == null || Member.isTakeOver(before.version(), member.version())) {
            // The log has to know at once that this node has the member, also where it has it again: another node may
            // have reported it meanwhile, and a leave counts only of the node that the log knows as its owner.
            updated.remove(member.id());
            report(member, now);
        } else if (!before.digest().equals(Change.digest(member))) {
            updated.put(member.id(), member);
            if (nextUpdate == null) {
                nextUpdate = loop.schedule(this::reportUpdates, UPDATE_MS, TimeUnit.MILLISECONDS);
            }
        } else {
            // Changed back within the second.
            updated.remove(member.id());
        }
    }

    private void reportUpdates() {
        nextUpdate = null;
        long now = System.currentTimeMillis();
        updated.values().forEach(member -> report(member, now));
        updated.clear();
    }

    private void report(Member member, long now) {
        known.put(member.id(), Known.of(member));
        store.append(Change.put(board, member, now));
    }

    private void leave(MemberId id, LeaveReason reason, long now) {
        updated.remove(id);
        Known gone = known.remove(id);
        if (gone == null) {
            // It joined and left before it was published.
            return;
        }
        if (reason == LeaveReason.TAKEN_OVER) {
            store.append(Change.forget(board, id, now));
            return;
        }
        if (reason == LeaveReason.KICKED) {
            store.append(Change.kick(board, id, gone.user(), now));
        }
        store.append(Change.leave(board, id, reason, now));
    }

    @Override
    public void sent(MemberId from, String type, byte[] payload) {
        if (signals.contains(type)) {
            Known sender = known.get(from);
            String user = sender == null ? "" : sender.user();
            store.append(Change.signal(board, from, user, type, payload, System.currentTimeMillis()));
        }
        super.sent(from, type, payload);
    }

    @Override
    public void close() {
        Future<?> scheduled = nextUpdate;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        super.close();
    }
}
