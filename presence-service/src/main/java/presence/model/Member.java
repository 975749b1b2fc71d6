package presence.model;

/**
 * One session on one board, as its owning node records it. Two tabs of a user are two members.
 *
 * @param ownerSlot the owning node's slot for it; cursors between nodes name members by it
 * @param version rises with every change; the higher one wins where two nodes claim the member
 * @param joinedAtMs wall clock of the node it joined on; shown, never compared
 */
public record Member(
        MemberId id,
        int ownerSlot,
        Profile profile,
        Status status,
        PresenceState state,
        long version,
        long joinedAtMs) {

    public Member withPatch(Profile newProfile, Status newStatus, PresenceState newState) {
        return new Member(id, ownerSlot, newProfile, newStatus, newState, version + 1, joinedAtMs);
    }
}
