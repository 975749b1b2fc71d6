package presence.events;

import com.google.gson.JsonObject;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;

/**
 * A change that a node reports to the event log.
 *
 * @param member in hexadecimal
 * @param timeMs wall clock in milliseconds since 1970
 * @param user empty if the member has none
 * @param version of the member's record; of two nodes that report a member the one with the higher version has it
 * @param joinedMs wall clock of the member's join
 * @param detail {@link Type#PUT}: value that differs if status or profile do; {@link Type#LEAVE}: the reason;
 *     {@link Type#EVENT}: the kind
 * @param data JSON object; may be empty
 */
public record Change(
        Type type,
        BoardId board,
        String member,
        long timeMs,
        String user,
        long version,
        long joinedMs,
        String detail,
        String data) {

    public enum Type {
        /** A member is there: joined, updated, or taken over from another node. */
        PUT("P"),
        /** The same of a member whose events were written before Redis lost them: no event is written. */
        RESTORE("R"),
        LEAVE("L"),
        /** Another node has taken the member over and reports it from now on. */
        FORGET("F"),
        /** Any other event. */
        EVENT("E");

        private final String code;

        Type(String code) {
            this.code = code;
        }

        /** Its name in the script. */
        public String code() {
            return code;
        }
    }

    static Change put(BoardId board, Member member, long timeMs) {
        JsonObject data = new JsonObject();
        putUnlessEmpty(data, "name", member.profile().name());
        putUnlessEmpty(data, "color", member.profile().color());
        putUnlessEmpty(data, "avatar_url", member.profile().avatarUrl());
        putUnlessEmpty(data, "device", member.profile().device());
        data.addProperty("status", lower(member.status()));
        return new Change(
                Type.PUT,
                board,
                member.id().toString(),
                timeMs,
                member.profile().userId(),
                member.version(),
                member.joinedAtMs(),
                digest(member),
                data.toString());
    }

    /** Returns a text without spaces that differs, but for rare accidents, if status or profile differ. */
    static String digest(Member member) {
        return Integer.toHexString(
                Objects.hash(member.profile(), member.status().name()));
    }

    static Change leave(BoardId board, MemberId member, LeaveReason reason, long timeMs) {
        return new Change(Type.LEAVE, board, member.toString(), timeMs, "", 0, 0, lower(reason), "");
    }

    /** Returns the leave of a member that is there no more, for a reason that is not known any more. */
    public static Change leave(BoardId board, String member, long timeMs) {
        return new Change(Type.LEAVE, board, member, timeMs, "", 0, 0, lower(LeaveReason.LEFT), "");
    }

    static Change forget(BoardId board, MemberId member, long timeMs) {
        return new Change(Type.FORGET, board, member.toString(), timeMs, "", 0, 0, "", "");
    }

    static Change kick(BoardId board, MemberId member, String user, long timeMs) {
        return event(EventKind.MEMBER_KICKED, board, member, user, timeMs, "");
    }

    static Change signal(BoardId board, MemberId member, String user, String type, byte[] payload, long timeMs) {
        JsonObject data = new JsonObject();
        data.addProperty("type", type);
        data.addProperty("payload", Base64.getEncoder().encodeToString(payload));
        return event(EventKind.SIGNAL, board, member, user, timeMs, data.toString());
    }

    private static Change event(EventKind kind, BoardId board, MemberId member, String user, long timeMs, String data) {
        return new Change(Type.EVENT, board, member.toString(), timeMs, user, 0, 0, kind.text(), data);
    }

    /** Returns the same change as another type. */
    public Change as(Type other) {
        return new Change(other, board, member, timeMs, user, version, joinedMs, detail, data);
    }

    /** Returns the same change at another time. */
    public Change at(long otherMs) {
        return new Change(type, board, member, otherMs, user, version, joinedMs, detail, data);
    }

    /** The name of the member on its board in the log: members of several boards may have equal ids. */
    public String field() {
        return member + " " + board;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void putUnlessEmpty(JsonObject data, String name, String value) {
        if (!value.isEmpty()) {
            data.addProperty(name, value);
        }
    }
}
