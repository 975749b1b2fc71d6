package presence.events;

import presence.model.BoardId;

/** Changes for tests, on board {@code b}. */
public final class Changes {
    private Changes() {}

    public static Change put(String member, long version, String digest) {
        return new Change(
                Change.Type.PUT, new BoardId("b"), member, 2_000, "user of " + member, version, 1_000, digest, "{}");
    }

    public static Change put(String member) {
        return put(member, 1, "online");
    }

    public static Change leave(String member) {
        return Change.leave(new BoardId("b"), member, 5_000);
    }

    public static Change forget(String member) {
        return new Change(Change.Type.FORGET, new BoardId("b"), member, 0, "", 0, 0, "", "");
    }

    public static Change signal(String member) {
        return signal(member, "{}");
    }

    /** @param data of the event */
    public static Change signal(String member, String data) {
        return new Change(Change.Type.EVENT, new BoardId("b"), member, 3_000, "", 0, 0, EventKind.SIGNAL.text(), data);
    }
}
