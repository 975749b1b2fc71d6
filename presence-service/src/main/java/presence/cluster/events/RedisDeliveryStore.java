package presence.cluster.events;

import static presence.cluster.events.EventReader.bytes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.model.NodeId;
import presence.webhook.DeadLetter;
import presence.webhook.DeliveryStore;
import presence.webhook.Progress;

/** The deliveries of all nodes, in Redis. Thread-safe. */
public final class RedisDeliveryStore implements DeliveryStore {
    private static final LuaScript SCRIPT = LuaScript.load("webhook.lua");

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final String node;
    private final long ttlMs;
    private final int mostDead;

    /**
     * @param ttlMs how long the progress of a URL and dead letters are kept
     * @param mostDead dead letters kept
     */
    public RedisDeliveryStore(RedisConnections redis, RedisKeys keys, NodeId node, long ttlMs, int mostDead) {
        this.redis = redis;
        this.keys = keys;
        this.node = node.toString();
        this.ttlMs = ttlMs;
        this.mostDead = mostDead;
    }

    private CompletionStage<List<Object>> run(String key, String operation, List<String> more) {
        return run(new String[] {key}, operation, more);
    }

    private CompletionStage<List<Object>> runOnDead(String operation, List<String> more) {
        return run(new String[] {keys.deadLetters(), keys.deadBodies()}, operation, more);
    }

    private CompletionStage<List<Object>> run(String[] used, String operation, List<String> more) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(operation));
        args.add(bytes(Long.toString(ttlMs)));
        more.forEach(text -> args.add(bytes(text)));
        return redis.commands().thenCompose(commands -> commands.list(SCRIPT, used, args));
    }

    @Override
    public CompletionStage<@Nullable Progress> claim(String target, String start, long leaseMs) {
        return run(keys.webhook(target), "claim", List.of(node, Long.toString(leaseMs), start))
                .thenApply(RedisDeliveryStore::progress);
    }

    private static @Nullable Progress progress(List<Object> answer) {
        Map<String, String> fields = new HashMap<>();
        for (int at = 0; at + 1 < answer.size(); at += 2) {
            fields.put(text(answer.get(at)), text(answer.get(at + 1)));
        }
        return fields.isEmpty() ? null : Progress.of(fields);
    }

    @Override
    public CompletionStage<Boolean> save(String target, Progress progress) {
        List<String> args = new ArrayList<>(List.of(node));
        progress.fields().forEach((field, value) -> {
            args.add(field);
            args.add(value);
        });
        return run(keys.webhook(target), "save", args).thenApply(answer -> !answer.isEmpty());
    }

    @Override
    public CompletionStage<?> release(String target) {
        return run(keys.webhook(target), "release", List.of(node));
    }

    @Override
    public CompletionStage<Boolean> addDead(DeadLetter letter) {
        return runOnDead("add", List.of(letter.id(), letter.json(), letter.body(), Integer.toString(mostDead)))
                .thenApply(answer -> !answer.isEmpty());
    }

    @Override
    public CompletionStage<List<DeadLetter>> dead() {
        return redis.commands()
                .thenCompose(commands -> commands.hgetall(keys.deadLetters()))
                .thenApply(all -> {
                    List<DeadLetter> letters = new ArrayList<>();
                    all.values().forEach(json -> DeadLetter.of(text(json)).ifPresent(letters::add));
                    return letters;
                });
    }

    @Override
    public CompletionStage<@Nullable DeadLetter> dead(String id) {
        return runOnDead("dead", List.of(id))
                .thenApply(answer -> answer.size() < 2
                        ? null
                        : DeadLetter.of(text(answer.get(0)))
                                .map(letter -> letter.withBody(text(answer.get(1))))
                                .orElse(null));
    }

    @Override
    public CompletionStage<?> removeDead(String id) {
        return runOnDead("remove", List.of(id));
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }
}
