package presence.board;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.MemberId;
import presence.viewport.SlotSet;

/** The members shown to this node's clients, by slot and by id. Board loop only. */
final class SlotTable {
    private final Map<MemberId, SlotEntry> byId = new LinkedHashMap<>();
    private @Nullable SlotEntry[] bySlot = new SlotEntry[8];

    Collection<SlotEntry> all() {
        return byId.values();
    }

    int size() {
        return byId.size();
    }

    @Nullable SlotEntry get(MemberId id) {
        return byId.get(id);
    }

    @Nullable SlotEntry at(int slot) {
        return slot > 0 && slot < bySlot.length ? bySlot[slot] : null;
    }

    /** Returns the member with the least slot from {@code from} on that is not in the set; null if there is none. */
    @Nullable SlotEntry nextWithout(SlotSet set, int from) {
        for (int slot = Math.max(1, from); slot < bySlot.length; slot++) {
            if (bySlot[slot] != null && !set.contains(slot)) {
                return bySlot[slot];
            }
        }
        return null;
    }

    void add(SlotEntry entry) {
        byId.put(entry.member.id(), entry);
        if (entry.slot >= bySlot.length) {
            bySlot = Arrays.copyOf(bySlot, Math.max(entry.slot + 1, bySlot.length * 2));
        }
        bySlot[entry.slot] = entry;
    }

    void remove(SlotEntry entry) {
        byId.remove(entry.member.id());
        bySlot[entry.slot] = null;
        entry.cursor.entry = null;
    }
}
