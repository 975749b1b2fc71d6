package presence.roster;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

/**
 * An owner's change to one member's record; null parts are unchanged.
 *
 * @param base version of the record that the changes apply to
 */
public record MemberPatch(
        MemberId id,
        long base,
        long version,
        @Nullable Profile profile,
        @Nullable Status status,
        Map<String, byte[]> set,
        List<String> unset) {

    /**
     * Returns the difference between two records; null if a patch cannot express it: the member has another owner, slot
     * or key.
     */
    public static @Nullable MemberPatch between(Member before, Member after) {
        boolean same = before.ownerSlot() == after.ownerSlot()
                && before.joinedAtMs() == after.joinedAtMs()
                && before.keyHash().equals(after.keyHash());
        if (!same || !before.id().equals(after.id())) {
            return null;
        }
        PresenceState state = after.state();
        return new MemberPatch(
                after.id(),
                before.version(),
                after.version(),
                after.profile().equals(before.profile()) ? null : after.profile(),
                after.status() == before.status() ? null : after.status(),
                state.setSince(before.state()),
                state.unsetSince(before.state()));
    }

    /** Returns the record with the changes applied. */
    public Member applyTo(Member before) {
        return new Member(
                before.id(),
                before.ownerSlot(),
                profile == null ? before.profile() : profile,
                status == null ? before.status() : status,
                before.state().patched(set, unset),
                version,
                before.joinedAtMs(),
                before.keyHash());
    }
}
