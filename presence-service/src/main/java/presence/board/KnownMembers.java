package presence.board;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import presence.viewport.SlotSet;
import presence.wire.ClientEvent;

/** What a client that gets its roster in parts was told, itself included. Board loop only. */
final class KnownMembers {
    /** It knows so many members at least, or all. */
    final int limit;

    /**
     * Slots whose present members were told. A slot is taken out when its member leaves, even if the client is told of that
     * later.
     */
    final SlotSet slots = new SlotSet();

    /** Requests that wait until the client has taken what was sent before. */
    final Queue<ClientEvent.RosterPage> requests = new ArrayDeque<>(0);

    KnownMembers(int limit) {
        this.limit = limit;
    }

    boolean has(SlotEntry entry) {
        return slots.contains(entry.slot);
    }

    /** Returns the members that are missing to the limit, those with the least slots first. */
    List<SlotEntry> missing(SlotTable slotTable) {
        int count = Math.min(limit, slotTable.size()) - slots.size();
        List<SlotEntry> missing = new ArrayList<>(Math.max(0, count));
        @Nullable SlotEntry entry = count > 0 ? slotTable.nextWithout(slots, 1) : null;
        while (entry != null && missing.size() < count) {
            missing.add(entry);
            entry = slotTable.nextWithout(slots, entry.slot + 1);
        }
        return missing;
    }
}
