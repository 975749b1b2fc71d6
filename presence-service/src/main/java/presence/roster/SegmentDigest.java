package presence.roster;

import java.util.Collection;
import presence.model.Member;

/**
 * A short summary of a segment: enough to notice that two copies differ.
 *
 * @param hash over the members and their versions; independent of order
 */
public record SegmentDigest(int count, long hash) {

    public static SegmentDigest of(Collection<Member> members) {
        long hash = 0;
        for (Member member : members) {
            hash ^= mix(member.id().high() ^ mix(member.id().low() ^ mix(member.version())));
        }
        return new SegmentDigest(members.size(), hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
