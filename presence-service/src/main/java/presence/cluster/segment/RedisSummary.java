package presence.cluster.segment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import presence.board.spi.SummaryReader;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.Profile;

/**
 * Reads one board's summary by one script, which answers with nothing while the board is unchanged. Which nodes are alive
 * is judged anew with each read. One read at a time.
 */
final class RedisSummary implements SummaryReader {
    /** Decides which nodes' parts are shown. */
    interface Judge {
        boolean isShown(Origin owner);

        boolean isAlive(NodeId node);
    }

    /** A member of a segment; its profile has no more than a user id unless it is one of the first. */
    private record Entry(String id, long joinedAtMs, Profile profile) {}

    /** @param first the members described, who joined before the others that were read */
    private record StoredSegment(Origin owner, int members, boolean whole, List<Entry> first, List<Entry> others) {}

    private record StoredBoard(Map<NodeId, Integer> observers, List<StoredSegment> segments) {
        Set<NodeId> nodes() {
            Set<NodeId> nodes = new HashSet<>(observers.keySet());
            segments.forEach(segment -> nodes.add(segment.owner.node()));
            return nodes;
        }
    }

    /**
     * Members of a segment that are read. On boards with more of them on one node the number of users is not known, and
     * the first members are the first of those that were read.
     */
    private static final int MAX_READ = 32;

    private static final int VALUES_OF_FIRST = 6;
    private static final LuaScript SCRIPT = LuaScript.load("summary.lua");

    private final RedisConnections redis;
    private final String[] keys;
    private final byte[] segmentPrefix;
    private final Function<Collection<NodeId>, CompletionStage<Judge>> judges;
    private byte[] version = {};
    private StoredBoard stored = new StoredBoard(Map.of(), List.of());

    /** @param judges reads what is needed to judge these nodes */
    RedisSummary(
            RedisConnections redis,
            RedisKeys names,
            BoardId board,
            Function<Collection<NodeId>, CompletionStage<Judge>> judges) {
        this.redis = redis;
        this.keys = new String[] {names.origins(board), names.observers(board)};
        this.segmentPrefix = bytes(names.segmentPrefix(board));
        this.judges = judges;
    }

    @Override
    public CompletionStage<BoardSummary> read() {
        List<byte[]> args = List.of(
                segmentPrefix,
                version,
                bytes(Integer.toString(MAX_READ)),
                bytes(Integer.toString(BoardSummary.MAX_FIRST)));
        return redis.commands()
                .thenCompose(commands -> commands.list(SCRIPT, keys, args))
                .thenCompose(answer -> {
                    if (!answer.isEmpty()) {
                        stored = parse(answer);
                        version = (byte[]) answer.get(0);
                    }
                    return judges.apply(stored.nodes());
                })
                .thenApply(this::summary);
    }

    private BoardSummary summary(Judge judge) {
        Map<NodeId, StoredSegment> shown = new HashMap<>();
        for (StoredSegment segment : stored.segments) {
            if (judge.isShown(segment.owner)) {
                // Several incarnations of a node never count together.
                shown.merge(
                        segment.owner.node(),
                        segment,
                        (one, other) -> one.owner.compareTo(other.owner) > 0 ? one : other);
            }
        }
        int members = 0;
        boolean whole = true;
        Map<String, Entry> first = new HashMap<>();
        Set<String> ids = new HashSet<>();
        Set<String> users = new HashSet<>();
        for (StoredSegment segment : shown.values()) {
            members += segment.members;
            whole &= segment.whole;
            segment.first.forEach(entry -> first.putIfAbsent(entry.id, entry));
            for (List<Entry> entries : List.of(segment.first, segment.others)) {
                for (Entry entry : entries) {
                    if (!ids.add(entry.id)) {
                        // On its way from one node to another it may be stored by both.
                        members--;
                    }
                    users.add(entry.profile.userId());
                }
            }
        }
        users.remove("");
        int observers = stored.observers.entrySet().stream()
                .filter(entry -> judge.isAlive(entry.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        return new BoardSummary(
                members,
                observers,
                whole ? users.size() : BoardSummary.UNKNOWN,
                first.values().stream()
                        .sorted(Comparator.comparingLong(Entry::joinedAtMs).thenComparing(Entry::id))
                        .limit(BoardSummary.MAX_FIRST)
                        .map(Entry::profile)
                        .toList());
    }

    private static StoredBoard parse(List<Object> answer) {
        Map<NodeId, Integer> observers = new HashMap<>();
        List<Object> counts = list(answer.get(1));
        for (int i = 0; i + 1 < counts.size(); i += 2) {
            try {
                observers.put(NodeId.parse(text(counts.get(i))), Integer.parseInt(text(counts.get(i + 1))));
            } catch (IllegalArgumentException e) {
                // An entry written by hand: ignored here, and counted where the board is followed.
                continue;
            }
        }
        List<StoredSegment> segments = new ArrayList<>();
        for (Object part : answer.subList(2, answer.size())) {
            List<Object> segment = list(part);
            try {
                segments.add(new StoredSegment(
                        Origin.parse(text(segment.get(0))),
                        Math.toIntExact((Long) segment.get(1)),
                        (Long) segment.get(2) == 1,
                        first(list(segment.get(3))),
                        others(list(segment.get(4)))));
            } catch (IllegalArgumentException e) {
                // Not an origin: ignored.
                continue;
            }
        }
        return new StoredBoard(observers, segments);
    }

    private static List<Entry> first(List<Object> values) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i + VALUES_OF_FIRST <= values.size(); i += VALUES_OF_FIRST) {
            Profile profile = new Profile(
                    text(values.get(i + 2)),
                    text(values.get(i + 3)),
                    text(values.get(i + 4)),
                    text(values.get(i + 5)),
                    "");
            entries.add(new Entry(text(values.get(i)), time(text(values.get(i + 1))), profile));
        }
        return entries;
    }

    private static List<Entry> others(List<Object> values) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i + 1 < values.size(); i += 2) {
            Profile profile = new Profile(text(values.get(i + 1)), "", "", "", "");
            entries.add(new Entry(text(values.get(i)), 0, profile));
        }
        return entries;
    }

    private static long time(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
