package presence.model;

/**
 * One session on one board, as its owning node records it. Two tabs of a user are two members.
 *
 * @param ownerSlot the owning node's slot for it; cursors between nodes name members by it
 * @param version rises with every change; the higher one wins when two nodes claim the member
 * @param joinedAtMs wall clock of the node it joined on; shown, never compared
 * @param keyHash of the resume key
 */
public record Member(
        MemberId id,
        int ownerSlot,
        Profile profile,
        Status status,
        PresenceState state,
        long version,
        long joinedAtMs,
        KeyHash keyHash) {

    /** The version of a new member that no earlier join can have created. */
    public static final long FIRST_VERSION = 1;

    /** Version distance between two take-overs; versions stay exact in a browser for 2^29 take-overs. */
    private static final long CHANGES = 1L << 24;

    /**
     * Returns whether this member may belong to the user; true for any user if {@code userId} is empty (not
     * authenticated).
     */
    public boolean belongsTo(String userId) {
        return userId.isEmpty() || userId.equals(profile.userId());
    }

    public Member withPatch(Profile newProfile, Status newStatus, PresenceState newState) {
        return new Member(id, ownerSlot, newProfile, newStatus, newState, version + 1, joinedAtMs, keyHash);
    }

    public Member withStatus(Status newStatus) {
        return withPatch(profile, newStatus, state);
    }

    /**
     * Returns this member with a new connection. Its version exceeds {@code beaten} and every change that the previous
     * owner may still make before it receives this one.
     */
    public Member takenOver(int slot, Profile newProfile, Status newStatus, PresenceState newState, long beaten) {
        long next = versionAbove(Math.max(version, beaten));
        return new Member(id, slot, newProfile, newStatus, newState, next, joinedAtMs, keyHash);
    }

    /** Returns whether the later of two versions of a member is that of a take-over, or behind one. */
    public static boolean isTakeOver(long before, long after) {
        return after / CHANGES > before / CHANGES;
    }

    /** Returns a version above {@code beaten} and above every change that may still be made to that record. */
    public static long versionAbove(long beaten) {
        return (beaten | CHANGES - 1) + 1;
    }
}
