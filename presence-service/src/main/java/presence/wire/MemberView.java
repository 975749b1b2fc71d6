package presence.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.MemberId;
import presence.model.Position;
import presence.model.Profile;
import presence.model.Status;

/**
 * A member as sent to the clients of one node.
 *
 * @param slot this node's number for it
 * @param cursor last known position, null if none is known
 * @param joinedAtMs wall clock of the node it joined on
 */
public record MemberView(
        int slot,
        MemberId id,
        Profile profile,
        Status status,
        Map<String, byte[]> state,
        long version,
        @Nullable Position cursor,
        long joinedAtMs) {}
