package presence.board;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.MemberId;

/** The members this node's clients know of, by slot and by id. Board loop only. */
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

    void add(SlotEntry occupant) {
        byId.put(occupant.member.id(), occupant);
        if (occupant.slot >= bySlot.length) {
            bySlot = Arrays.copyOf(bySlot, Math.max(occupant.slot + 1, bySlot.length * 2));
        }
        bySlot[occupant.slot] = occupant;
    }

    void remove(SlotEntry occupant) {
        byId.remove(occupant.member.id());
        bySlot[occupant.slot] = null;
        occupant.cursor.occupant = null;
    }
}
