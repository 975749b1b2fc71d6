package presence.board.spi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import presence.lock.LockFeed;
import presence.lock.LockLink;
import presence.model.CursorColumns;
import presence.model.MemberId;
import presence.roster.SegmentDelta;

/** A link that hands everything on to another one, for links that note what passes. Board loop only. */
public abstract class ForwardingLink implements BoardLink {
    private final BoardLink link;

    /** @param link gets all calls */
    protected ForwardingLink(BoardLink link) {
        this.link = link;
    }

    @Override
    public void follow(BoardFeed feed) {
        link.follow(feed);
    }

    @Override
    public void publish(SegmentDelta delta) {
        link.publish(delta);
    }

    @Override
    public CompletionStage<?> stored() {
        return link.stored();
    }

    @Override
    public void cursors(long tick, CursorColumns moved) {
        link.cursors(tick, moved);
    }

    @Override
    public void observers(int count) {
        link.observers(count);
    }

    @Override
    public void reactions(Map<String, Integer> sums) {
        link.reactions(sums);
    }

    @Override
    public LockLink locks(LockFeed feed) {
        return link.locks(feed);
    }

    @Override
    public void signal(MemberId from, String type, byte[] payload, List<MemberId> to) {
        link.signal(from, type, payload, to);
    }

    @Override
    public void sent(MemberId from, String type, byte[] payload) {
        link.sent(from, type, payload);
    }

    @Override
    public void joined() {
        link.joined();
    }

    @Override
    public void size(int members) {
        link.size(members);
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        return link.inspect();
    }

    @Override
    public void close() {
        link.close();
    }
}
