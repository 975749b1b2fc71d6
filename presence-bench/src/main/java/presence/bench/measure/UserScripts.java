package presence.bench.measure;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import presence.bench.process.RedisProcess;
import presence.cluster.redis.LuaScript;

/** Runs the service's script that writes users as many nodes would, and reads its time from Redis. */
final class UserScripts {
    private static final Pattern MICROS = Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=(\\d+)");
    private static final String TTL_MS = "90000";
    private static final String CHANNEL = "presence:users";
    private static final String PREFIX = "presence:users:{presence:users}:";
    private static final String ORIGINS = "presence:orgs:{presence:users}";
    private static final String ONLINE = "presence:online:{presence:users}";
    private static final String SESSIONS =
            "[{\"member\":\"00000000000000000000000000000000\",\"board\":\"board-1\",\"joinedAtMs\":\"1700000000000\"}]";
    /** As many as a node removes at a time. */
    private static final int BATCH = 100;

    private static final int SINGLE = 200;

    /** The script's argument that says whether several nodes may remove an owner's users at once. */
    private static final String ONE_WRITER = "";

    private static final String MANY_WRITERS = "1";

    private final RedisCommands<String, String> redis;
    private final String script;

    private UserScripts(RedisCommands<String, String> redis) {
        this.redis = redis;
        script = redis.scriptLoad(LuaScript.load("users.lua").source());
    }

    /** Returns a row of the table: {@code nodes} owners with this many users each. */
    static String measure(RedisProcess process, int nodes, int users) {
        try (RedisClient client = RedisClient.create(process.url());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            UserScripts scripts = new UserScripts(connection.sync());
            for (int node = 0; node < nodes; node++) {
                scripts.write(node, ONE_WRITER, users(node, users), SESSIONS);
            }
            double online = scripts.microsOf(() -> scripts.eachAlone(SESSIONS)) / SINGLE;
            double offline = scripts.microsOf(() -> scripts.eachAlone("")) / SINGLE;
            double[] longest = {0};
            double death = scripts.microsOf(() -> longest[0] = scripts.die(1, nodes, users(1, users)));

            List<String> again = users(1, users);
            scripts.write(1, ONE_WRITER, again, SESSIONS);
            scripts.write(0, ONE_WRITER, again.subList(0, users / 2), SESSIONS);
            double half = scripts.microsOf(() -> scripts.die(1, nodes, again));
            return String.format(
                    Locale.ROOT,
                    "| %d | %.1f | %.1f | %,.1f | %.1f | %,.1f |",
                    nodes,
                    online,
                    offline,
                    death / 1e3,
                    longest[0] / 1e3,
                    half / 1e3);
        }
    }

    private static List<String> users(int node, int count) {
        return IntStream.range(0, count).mapToObj(i -> "user-" + node + "-" + i).toList();
    }

    /** Writes users who are nowhere else, one at a time. */
    private void eachAlone(String sessions) {
        users(-1, SINGLE).forEach(user -> write(0, ONE_WRITER, List.of(user), sessions));
    }

    /**
     * Every other node removes the users of a dead one, all having read their list at once.
     *
     * @return microseconds of the first script
     */
    private double die(int dead, int nodes, List<String> users) {
        double first = microsOf(() -> write(dead, MANY_WRITERS, users.subList(0, Math.min(BATCH, users.size())), ""));
        if (users.size() > BATCH) {
            write(dead, MANY_WRITERS, users.subList(BATCH, users.size()), "");
        }
        for (int others = nodes - 2; others > 0; others--) {
            write(dead, MANY_WRITERS, users, "");
        }
        return first;
    }

    private void write(int node, String writers, List<String> users, String sessions) {
        String owner = owner(node);
        for (int from = 0; from < users.size(); from += BATCH) {
            List<String> args = new ArrayList<>(List.of(TTL_MS, owner, CHANNEL, PREFIX, writers));
            for (String user : users.subList(from, Math.min(users.size(), from + BATCH))) {
                args.add(user);
                args.add(sessions);
            }
            redis.evalsha(
                    script,
                    ScriptOutputType.INTEGER,
                    new String[] {PREFIX + owner, ORIGINS, ONLINE},
                    args.toArray(new String[0]));
        }
    }

    private static String owner(int node) {
        return String.format(Locale.ROOT, "00000000-0000-0000-0000-%012d:1", node);
    }

    /** Returns the time that Redis has spent in scripts during the work. */
    private double microsOf(Runnable work) {
        double before = micros();
        work.run();
        return micros() - before;
    }

    private double micros() {
        Matcher matcher = MICROS.matcher(redis.info("commandstats"));
        return matcher.find() ? Double.parseDouble(matcher.group(2)) : 0;
    }
}
