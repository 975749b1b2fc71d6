package presence.cluster.envelope;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.IntStream;
import presence.model.Position;
import presence.model.Printable;
import presence.proto.CursorTick;
import presence.proto.Delta;
import presence.proto.Departure;
import presence.proto.Envelope;
import presence.proto.Kick;
import presence.proto.LockChange;
import presence.proto.MemberRecord;
import presence.proto.NodeHeartbeat;
import presence.proto.ReactionSums;
import presence.proto.SignalRelay;
import presence.proto.UserPresence;

/** Formats an envelope as a short text for terminals. Text from clients is truncated and escaped. */
public final class EnvelopeText {
    private static final int MAX_TEXT = 64;
    private static final int MAX_MEMBERS = 8;
    private static final int MAX_POSITIONS = 4;
    private static final int SHORT_ID = 8;
    /** Coordinates are sent in sixteenths of a board unit. */
    private static final double PARTS = 16;

    private EnvelopeText() {}

    public static String of(Envelope envelope) {
        return switch (envelope.getEventCase()) {
            case DELTA -> delta(envelope.getDelta());
            case PUT ->
                "seq " + Long.toUnsignedString(envelope.getPut().getSeq()) + " count "
                        + Integer.toUnsignedString(envelope.getPut().getCount());
            case DIGEST ->
                "seq " + Long.toUnsignedString(envelope.getDigest().getSeq()) + " count "
                        + Integer.toUnsignedString(envelope.getDigest().getCount()) + " hash "
                        + HexFormat.of().toHexDigits(envelope.getDigest().getHash());
            case REAP -> "origin " + origin(envelope.getReap().getOrigin());
            case CURSORS -> cursors(envelope.getCursors());
            case HELLO -> "asks for the last positions";
            case SIGNAL -> signal(envelope.getSignal());
            case HEARTBEAT -> heartbeat(envelope.getHeartbeat());
            case DEAD -> "origin " + origin(envelope.getDead().getOrigin());
            case BYE -> "stops";
            case ANNOUNCEMENT -> text(envelope.getAnnouncement().getText());
            case KICK -> kick(envelope.getKick());
            case PARDON ->
                "user " + text(envelope.getPardon().getUserId())
                        + where(envelope.getPardon().getBoard());
            case USER -> user(envelope.getUser());
            case OBSERVERS -> Integer.toUnsignedString(envelope.getObservers().getObservers()) + " observers";
            case REACTIONS -> reactions(envelope.getReactions());
            case LOCKS -> locks(envelope.getLocks());
            case EVENT_NOT_SET -> "nothing that this release knows";
        };
    }

    /** The first digits of a node's UUID, enough to distinguish nodes; {@code -} if there is none. */
    public static String node(String node) {
        return node.isEmpty() ? "-" : Printable.of(bounded(node, SHORT_ID, ""));
    }

    private static String delta(Delta delta) {
        StringJoiner words = new StringJoiner(" ")
                .add("seq " + Long.toUnsignedString(delta.getSeq()) + (delta.getWhole() ? " whole" : ""));
        addSome(words, delta.getUpsertedList(), MAX_MEMBERS, EnvelopeText::upserted);
        addSome(words, delta.getDepartedList(), MAX_MEMBERS, EnvelopeText::departed);
        return words.toString();
    }

    private static String upserted(MemberRecord member) {
        String name = text(member.getProfile().getName());
        String user = member.getProfile().getUserId();
        return "+" + name + (user.isEmpty() ? "" : "(" + text(user) + ")") + " " + id(member.getMemberId()) + " slot "
                + Integer.toUnsignedString(member.getSlot()) + " " + constant(member.getStatus(), "STATUS_");
    }

    private static String departed(Departure departure) {
        String reason = departure.getTakenOver() ? "taken over" : constant(departure.getReason(), "LEAVE_REASON_");
        return "-" + id(departure.getMemberId()) + " " + reason;
    }

    private static String cursors(CursorTick tick) {
        int rows = Math.min(tick.getSlotCount(), Math.min(tick.getXCount(), tick.getYCount()));
        StringJoiner words = new StringJoiner(" ")
                .add("tick " + Long.toUnsignedString(tick.getTick()))
                .add(rows + (rows == 1 ? " position" : " positions"));
        List<Integer> some = IntStream.range(0, rows).boxed().toList();
        addSome(words, some, MAX_POSITIONS, row -> {
            int slot = tick.getSlot(row);
            String hidden = tick.getHiddenList().contains(slot) ? " hidden" : "";
            return Integer.toUnsignedString(slot) + "@" + units(tick.getX(row)) + "," + units(tick.getY(row)) + hidden;
        });
        return words.toString();
    }

    private static String signal(SignalRelay signal) {
        int to = signal.getToCount();
        String from = signal.getFrom().isEmpty() ? "an operator" : id(signal.getFrom());
        return text(signal.getType()) + " " + signal.getPayload().size() + " bytes from " + from
                + (to == 0 ? "" : " to " + to + (to == 1 ? " member" : " members"));
    }

    private static String reactions(ReactionSums sums) {
        StringJoiner words = new StringJoiner(" ");
        addSome(
                words,
                sums.getReactionsList(),
                MAX_MEMBERS,
                sum -> text(sum.getType()) + " " + Integer.toUnsignedString(sum.getCount()));
        return words.toString();
    }

    private static String locks(LockChange change) {
        return change.getName().isEmpty() ? "any lock changed" : "lock " + text(change.getName()) + " changed";
    }

    private static String heartbeat(NodeHeartbeat heartbeat) {
        String label = heartbeat.getLabel().isEmpty() ? "" : text(heartbeat.getLabel()) + " ";
        return label + Integer.toUnsignedString(heartbeat.getConnections()) + " connections "
                + Integer.toUnsignedString(heartbeat.getMembers()) + " members";
    }

    private static String kick(Kick kick) {
        String who =
                kick.getMemberId().isEmpty() ? "user " + text(kick.getUserId()) : "member " + id(kick.getMemberId());
        String ban = kick.getBanMs() == 0 ? "" : " banned for " + Long.toUnsignedString(kick.getBanMs()) + " ms";
        String reason = kick.getReason().isEmpty() ? "" : " because " + text(kick.getReason());
        return who + where(kick.getBoard()) + ban + reason;
    }

    private static String where(String board) {
        return board.isEmpty() ? " everywhere" : " on " + text(board);
    }

    private static String user(UserPresence user) {
        return text(user.getUserId()) + (user.getOnline() ? " online" : " offline") + " by " + origin(user.getOrigin());
    }

    private static <T> void addSome(StringJoiner words, List<T> all, int most, Function<T, String> text) {
        all.stream().limit(most).map(text).forEach(words::add);
        if (all.size() > most) {
            words.add("and " + (all.size() - most) + " more");
        }
    }

    /** {@code <uuid>:<inc>} with the short form of the UUID. */
    private static String origin(String origin) {
        int colon = origin.lastIndexOf(':');
        return colon < 0 ? node(origin) : node(origin.substring(0, colon)) + text(origin.substring(colon));
    }

    private static String id(ByteString memberId) {
        byte[] head =
                memberId.substring(0, Math.min(memberId.size(), SHORT_ID / 2)).toByteArray();
        return HexFormat.of().formatHex(head);
    }

    private static String constant(Enum<?> value, String prefix) {
        String name = value.name();
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ');
    }

    private static String units(int parts) {
        BigDecimal units = BigDecimal.valueOf(Position.clamp(parts) / PARTS);
        return units.stripTrailingZeros().toPlainString();
    }

    private static String text(String untrusted) {
        return Printable.of(bounded(untrusted, MAX_TEXT, "…"));
    }

    private static String bounded(String text, int most, String end) {
        return text.length() <= most ? text : text.substring(0, most) + end;
    }
}
