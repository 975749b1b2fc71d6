package presence.cluster.activity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import presence.activity.Activity;
import presence.activity.ActivityStore;
import presence.activity.Batch;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.NodeId;

/** The activity of all nodes, in Redis. Thread-safe. */
public final class RedisActivityStore implements ActivityStore {
    private static final LuaScript ADD = LuaScript.load("activity.lua");
    private static final LuaScript READ = LuaScript.load("activityread.lua");
    /** A batch without an answer is repeated for less. */
    private static final long NUMBER_TTL_MS = 24 * Batch.HOUR_MS;

    /** Of an {@link Activity}. */
    private static final int NUMBERS = 4;

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final NodeId node;
    private final long ttlMs;
    private final int mostBoards;

    /**
     * @param days how long it is kept
     * @param mostBoards boards recorded of an hour
     */
    public RedisActivityStore(RedisConnections redis, RedisKeys keys, NodeId node, int days, int mostBoards) {
        this.redis = redis;
        this.keys = keys;
        this.node = node;
        this.ttlMs = (days * Batch.HOURS_PER_DAY + 1) * Batch.HOUR_MS;
        this.mostBoards = mostBoards;
    }

    @Override
    public CompletionStage<Integer> add(long number, Batch batch) {
        String[] used = {
            keys.activityNumber(node),
            keys.activityBoards(batch.hour()),
            keys.activityTotals(batch.hour()),
            keys.activityUsers(batch.hour()),
            keys.activityUsersOfDay(Math.floorDiv(batch.hour(), Batch.HOURS_PER_DAY))
        };
        List<byte[]> args = new ArrayList<>();
        Activity totals = batch.totals();
        for (long value : new long[] {
            number,
            NUMBER_TTL_MS,
            ttlMs,
            mostBoards,
            totals.joins(),
            totals.memberMs(),
            totals.signals(),
            batch.samples().size(),
            batch.users().size()
        }) {
            args.add(bytes(value));
        }
        batch.samples().forEach((period, members) -> {
            args.add(bytes(period));
            args.add(bytes(members));
        });
        batch.users().forEach(user -> args.add(user.getBytes(StandardCharsets.UTF_8)));
        batch.boards().forEach((board, activity) -> {
            args.add(board.getBytes(StandardCharsets.UTF_8));
            args.add(bytes(activity.most()));
            args.add(bytes(activity.joins()));
            args.add(bytes(activity.memberMs()));
            args.add(bytes(activity.signals()));
        });
        return redis.run(ADD, used, args).thenApply(Long::intValue);
    }

    @Override
    public CompletionStage<List<Hour>> board(String board, long from, long to) {
        List<String> used = new ArrayList<>();
        for (long hour = from; hour < to; hour++) {
            used.add(keys.activityBoards(hour));
        }
        return read(used, "board", board).thenApply(answer -> {
            List<Hour> found = new ArrayList<>();
            for (int at = 0; at < answer.size(); at++) {
                long[] numbers = numbers(answer.get(at));
                if (numbers.length >= NUMBERS) {
                    found.add(new Hour(from + at, activity(numbers)));
                }
            }
            return found;
        });
    }

    @Override
    public CompletionStage<Totals> totals(long from, long to) {
        List<String> used = new ArrayList<>();
        for (long hour = from; hour < to; hour++) {
            used.add(keys.activityTotals(hour));
        }
        for (long hour = from; hour < to; hour++) {
            used.add(keys.activityUsers(hour));
        }
        used.addAll(usersOf(from, to));
        return read(used, "totals", Long.toString(to - from)).thenApply(answer -> {
            List<TotalHour> found = new ArrayList<>();
            for (int at = 0; at < answer.size() - 1; at++) {
                long[] numbers = numbers(answer.get(at));
                if (numbers.length > NUMBERS) {
                    found.add(new TotalHour(from + at, activity(numbers), numbers[NUMBERS]));
                }
            }
            long[] users = numbers(answer.get(answer.size() - 1));
            return new Totals(found, users.length == 0 ? 0 : users[0]);
        });
    }

    /** Returns as few keys as hold the users of all the time: of whole days, and of hours before and behind them. */
    private List<String> usersOf(long from, long to) {
        List<String> used = new ArrayList<>();
        long hour = from;
        while (hour < to) {
            boolean isDay = hour % Batch.HOURS_PER_DAY == 0 && hour + Batch.HOURS_PER_DAY <= to;
            used.add(isDay ? keys.activityUsersOfDay(hour / Batch.HOURS_PER_DAY) : keys.activityUsers(hour));
            hour += isDay ? Batch.HOURS_PER_DAY : 1;
        }
        return used;
    }

    private CompletionStage<List<Object>> read(List<String> used, String operation, String argument) {
        List<byte[]> args =
                List.of(operation.getBytes(StandardCharsets.UTF_8), argument.getBytes(StandardCharsets.UTF_8));
        return redis.commands().thenCompose(commands -> commands.list(READ, used.toArray(String[]::new), args));
    }

    @Override
    public CompletionStage<Map<String, Activity>> boards(long hour) {
        return redis.commands()
                .thenCompose(commands -> commands.hgetall(keys.activityBoards(hour)))
                .thenApply(all -> {
                    Map<String, Activity> found = new HashMap<>();
                    all.forEach((board, stored) -> {
                        long[] numbers = numbers(stored);
                        if (numbers.length >= NUMBERS) {
                            found.put(board, activity(numbers));
                        }
                    });
                    return found;
                });
    }

    private static Activity activity(long[] numbers) {
        return new Activity(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /** Reads numbers that are separated by spaces; none if it is anything else. */
    private static long[] numbers(Object value) {
        String text = value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
        if (!text.matches("\\d{1,18}( \\d{1,18})*")) {
            return new long[0];
        }
        String[] parts = text.split(" ");
        long[] numbers = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Long.parseLong(parts[i]);
        }
        return numbers;
    }

    private static byte[] bytes(long value) {
        return Long.toString(value).getBytes(StandardCharsets.UTF_8);
    }
}
