package presence.testing.client;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.proto.LeaveReason;
import presence.proto.Member;
import presence.proto.MemberUpdate;
import presence.proto.Position;
import presence.proto.Roster;

/**
 * The roster of one board, kept as docs/protocol/client.md says, with a complaint for every frame that cannot be applied.
 * For all clients of the tests. Not thread-safe.
 */
public final class RosterModel {
    /** Is called for each member whose entry changes, after the change. */
    public interface Listener {
        /** A member of a whole roster. */
        default void onListed(Member member) {}

        default void onJoined(Member member) {}

        default void onLeft(Member member, LeaveReason reason) {}

        default void onUpdated(Member member) {}
    }

    private final Map<Integer, Member> members = new TreeMap<>();
    private final Map<Integer, Position> cursors = new TreeMap<>();
    private final List<String> complaints;
    private final Listener listener;
    private @Nullable Roster roster;
    private boolean complete;

    /** @param complaints where frames that break the contract are noted */
    public RosterModel(List<String> complaints, Listener listener) {
        this.complaints = complaints;
        this.listener = listener;
    }

    /** By slot. */
    public Map<Integer, Member> members() {
        return members;
    }

    /** By slot; of members that have shown one. */
    public Map<Integer, Position> cursors() {
        return cursors;
    }

    /** The last roster frame; null before the first. */
    public @Nullable Roster roster() {
        return roster;
    }

    /** Whether no more parts of the roster are to come. */
    public boolean isComplete() {
        return complete;
    }

    /** A join was sent: its roster is to come. */
    public void expectRoster() {
        complete = false;
    }

    public void apply(Roster whole) {
        roster = whole;
        members.clear();
        cursors.clear();
        whole.getMembersList().forEach(member -> {
            put(member);
            listener.onListed(member);
        });
        complete = !whole.getMore();
    }

    public void apply(Change change) {
        change.getLeftList().forEach(left -> {
            if (knows(left.getSlot(), "left")) {
                cursors.remove(left.getSlot());
                listener.onLeft(members.remove(left.getSlot()), left.getReason());
            }
        });
        change.getJoinedList().forEach(member -> {
            put(member);
            listener.onJoined(member);
        });
        change.getUpdatedList().forEach(this::update);
        complete = complete || !change.getMore();
    }

    private void put(Member member) {
        if (member.getSlot() <= 0) {
            complaints.add("slot " + member.getSlot() + " is none");
        }
        if (members.put(member.getSlot(), member) != null) {
            complaints.add("slot " + member.getSlot() + " joined twice");
        }
        if (member.hasCursor()) {
            cursors.put(member.getSlot(), member.getCursor());
        }
    }

    private void update(MemberUpdate update) {
        if (!knows(update.getSlot(), "updated")) {
            return;
        }
        Member.Builder member = members.get(update.getSlot()).toBuilder();
        if (update.hasProfile()) {
            member.setProfile(update.getProfile());
        }
        if (update.getStatusValue() != 0) {
            member.setStatus(update.getStatus());
        }
        update.getUnsetList().forEach(member::removeState);
        Member after = member.putAllState(update.getSetMap())
                .setVersion(update.getVersion())
                .build();
        members.put(update.getSlot(), after);
        listener.onUpdated(after);
    }

    public void apply(Cursors tick) {
        Set<Integer> slots = new HashSet<>(tick.getSlotList());
        int rows = tick.getSlotCount();
        if (slots.size() != rows
                || tick.getXCount() != rows
                || tick.getYCount() != rows
                || tick.getAgeMsCount() != rows
                || !slots.containsAll(tick.getHiddenList())) {
            complaints.add("columns that do not fit each other");
            return;
        }
        for (int row = 0; row < rows; row++) {
            int slot = tick.getSlot(row);
            if (knows(slot, "cursors")) {
                cursors.put(
                        slot,
                        Position.newBuilder()
                                .setX(tick.getX(row))
                                .setY(tick.getY(row))
                                .setHidden(tick.getHiddenList().contains(slot))
                                .build());
            }
        }
    }

    /** Whether a slot is a member's; if not, the frame of that kind breaks the contract. */
    public boolean knows(int slot, String where) {
        if (!members.containsKey(slot)) {
            complaints.add(where + " names unknown slot " + slot);
            return false;
        }
        return true;
    }
}
