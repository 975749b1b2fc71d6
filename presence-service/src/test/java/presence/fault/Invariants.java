package presence.fault;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import presence.proto.MemberRecord;

/** Checks the invariants in Redis once every roster is exact. Each method returns the violations. */
final class Invariants {
    private static final Pattern SEGMENT = Pattern.compile("presence:seg:\\{presence:board:(.+)}:([^:]+):(\\d+)");
    private static final JsonFormat.Parser JSON = JsonFormat.parser().ignoringUnknownFields();
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final SimulatedUsers users;

    Invariants(FaultFixture fixture) {
        cluster = fixture.cluster();
        users = fixture.users();
    }

    /**
     * Checks the invariants that hold after every fault.
     *
     * @param ghosts how long segments of a dead node may stay: all its users can be elsewhere before it counts as dead
     */
    List<String> violations(Duration ghosts) {
        List<String> violations = new ArrayList<>();
        violations.addAll(Convergence.await(this::segments, SOON.plus(ghosts)).remaining());
        violations.addAll(soon(this::keysWithoutTtl));
        violations.addAll(soon(() -> subscriptions(false)));
        violations.addAll(soon(users::cursorDifferences));
        return violations;
    }

    /** Checks that nodes subscribe only to boards they need. Called after the linger. */
    List<String> unneededSubscriptions() {
        return subscriptions(true);
    }

    private static List<String> soon(Supplier<List<String>> differences) {
        return Convergence.await(differences, SOON).remaining();
    }

    /** Checks that each owner's segments hold exactly its own members, and that no other segments exist. */
    private List<String> segments() {
        Map<String, Map<ByteString, String>> expected = new TreeMap<>();
        users.truth()
                .forEach((place, boards) -> boards.forEach((board, members) ->
                        expected.put(board + " of " + place.node().id(), members)));
        Map<String, Map<ByteString, String>> actual = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        for (String key : cluster.operator("KEYS", "presence:seg:*")) {
            Matcher matcher = SEGMENT.matcher(key);
            if (!matcher.matches()) {
                differences.add("unreadable key " + key);
                continue;
            }
            Map<ByteString, String> members = members(key, differences);
            String owner = matcher.group(1) + " of " + matcher.group(2);
            if (!members.isEmpty() && actual.put(owner, members) != null) {
                differences.add("two incarnations have members on " + owner);
            }
        }
        if (!actual.equals(expected)) {
            expected.forEach((owner, members) -> {
                if (!members.equals(actual.get(owner))) {
                    differences.add(
                            "Redis: " + owner + " is " + names(actual.get(owner)) + " instead of " + names(members));
                }
            });
            actual.forEach((owner, members) -> {
                if (!expected.containsKey(owner)) {
                    differences.add("Redis: " + owner + " has " + names(members) + " and should not be");
                }
            });
        }
        return differences;
    }

    private static String names(Map<ByteString, String> members) {
        return members == null
                ? "absent"
                : members.values().stream().sorted().toList().toString();
    }

    private Map<ByteString, String> members(String key, List<String> differences) {
        Map<ByteString, String> members = new HashMap<>();
        List<String> hash = cluster.operator("HGETALL", key);
        for (int i = 0; i + 1 < hash.size(); i += 2) {
            if (hash.get(i).equals("#")) {
                continue;
            }
            try {
                MemberRecord.Builder record = MemberRecord.newBuilder();
                JSON.merge(hash.get(i + 1), record);
                members.put(record.getMemberId(), record.getProfile().getName());
            } catch (InvalidProtocolBufferException e) {
                differences.add("unreadable record in " + key + ": " + hash.get(i + 1));
            }
        }
        return members;
    }

    private List<String> keysWithoutTtl() {
        List<String> eternal = new ArrayList<>();
        for (String key : cluster.operator("KEYS", "presence:*")) {
            if (cluster.operator("TTL", key).equals(List.of("-1"))) {
                eternal.add("no TTL on " + key);
            }
        }
        return eternal;
    }

    private List<String> subscriptions(boolean andNoMore) {
        Map<String, Integer> needed = new TreeMap<>();
        users.boards().forEach(board -> needed.put("presence:board:" + board, 0));
        users.truth()
                .values()
                .forEach(boards ->
                        boards.keySet().forEach(board -> needed.merge("presence:board:" + board, 1, Integer::sum)));
        List<String> command = new ArrayList<>(List.of("PUBSUB", cluster.numSub()));
        command.addAll(needed.keySet());
        List<String> answer = cluster.operator(command.toArray(new String[0]));
        List<String> differences = new ArrayList<>();
        for (int i = 0; i + 1 < answer.size(); i += 2) {
            int subscribers = Integer.parseInt(answer.get(i + 1));
            int interested = needed.getOrDefault(answer.get(i), 0);
            if (subscribers < interested || andNoMore && subscribers > interested) {
                differences.add(answer.get(i) + " has " + subscribers + " subscribers instead of " + interested);
            }
        }
        return differences;
    }
}
