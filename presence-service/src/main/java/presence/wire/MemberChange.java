package presence.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.model.Status;

/** One member's change, as it is sent to a client. */
public sealed interface MemberChange {
    int slot();

    /** The member is new to the client. */
    record Joined(MemberView member) implements MemberChange {
        @Override
        public int slot() {
            return member.slot();
        }
    }

    record Left(int slot, LeaveReason reason) implements MemberChange {}

    /** Null parts are unchanged. */
    record Updated(
            int slot,
            @Nullable Profile profile,
            @Nullable Status status,
            Map<String, byte[]> set,
            List<String> unset,
            long version)
            implements MemberChange {}
}
