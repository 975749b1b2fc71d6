package presence.roster;

import java.util.LinkedHashMap;
import java.util.Map;
import presence.model.Member;
import presence.model.MemberId;

/** One owner's part of a roster, at the sequence number its owner gave it. */
final class Segment {
    final Map<MemberId, Member> members = new LinkedHashMap<>();
    long seq;

    Segment(long seq) {
        this.seq = seq;
    }
}
