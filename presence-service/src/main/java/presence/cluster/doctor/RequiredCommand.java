package presence.cluster.doctor;

import static presence.cluster.doctor.ProbeKeys.TTL_SECONDS;
import static presence.cluster.doctor.ProbeKeys.bytes;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandType;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import presence.cluster.redis.RedisClientOptions;

/**
 * Every command that the service runs, directly or in scripts, except those of channels, and how to probe it. Removing
 * commands come first, writing ones last.
 */
enum RequiredCommand {
    CLIENT_SETNAME("client|setname", own -> "", (redis, own) -> named(redis)),
    INFO("info", own -> "", (redis, own) -> redis.info("memory")),
    TIME("time", own -> "", (redis, own) -> redis.time()),
    DEL("del", ProbeKeys::lease, (redis, own) -> redis.del(own.lease())),
    UNLINK("unlink", ProbeKeys::segment, (redis, own) -> redis.unlink(own.segment())),
    EXPIRE("expire", ProbeKeys::segment, (redis, own) -> redis.expire(own.segment(), TTL_SECONDS)),
    PEXPIRE("pexpire", ProbeKeys::segment, (redis, own) -> redis.pexpire(own.segment(), TTL_SECONDS * 1_000)),
    GET("get", ProbeKeys::lease, (redis, own) -> redis.get(own.lease())),
    PTTL("pttl", ProbeKeys::lease, (redis, own) -> redis.pttl(own.lease())),
    HGET("hget", ProbeKeys::segment, (redis, own) -> redis.hget(own.segment(), "#")),
    HGETALL("hgetall", ProbeKeys::segment, (redis, own) -> redis.hgetall(own.segment())),
    HKEYS("hkeys", ProbeKeys::segment, (redis, own) -> redis.hkeys(own.segment())),
    HLEN("hlen", ProbeKeys::segment, (redis, own) -> redis.hlen(own.segment())),
    HSCAN("hscan", ProbeKeys::segment, (redis, own) -> redis.hscan(own.segment())),
    HEXISTS("hexists", ProbeKeys::segment, (redis, own) -> redis.hexists(own.segment(), "#")),
    HDEL("hdel", ProbeKeys::segment, (redis, own) -> redis.hdel(own.segment(), "#")),
    SMEMBERS("smembers", ProbeKeys::origins, (redis, own) -> redis.smembers(own.origins())),
    SMISMEMBER("smismember", ProbeKeys::origins, (redis, own) -> redis.smismember(own.origins(), bytes("x"))),
    SCARD("scard", ProbeKeys::origins, (redis, own) -> redis.scard(own.origins())),
    SREM("srem", ProbeKeys::origins, (redis, own) -> redis.srem(own.origins(), bytes("x"))),
    ZCARD("zcard", ProbeKeys::joins, (redis, own) -> redis.zcard(own.joins())),
    ZRANGE("zrange", ProbeKeys::joins, (redis, own) -> redis.zrange(own.joins(), 0, 0)),
    ZREMRANGEBYSCORE(
            "zremrangebyscore",
            ProbeKeys::joins,
            (redis, own) -> redis.zremrangebyscore(own.joins(), Range.create(0, 0))),
    SPOP("spop", ProbeKeys::origins, (redis, own) -> redis.spop(own.origins())),
    XRANGE("xrange", ProbeKeys::events, (redis, own) -> redis.xrange(own.events(), Range.unbounded(), Limit.from(1))),
    XREVRANGE(
            "xrevrange",
            ProbeKeys::events,
            (redis, own) -> redis.xrevrange(own.events(), Range.unbounded(), Limit.from(1))),
    PFCOUNT(
            "pfcount",
            own -> own.activity().get(3),
            (redis, own) -> redis.pfcount(own.activity().get(3))),
    XTRIM("xtrim", ProbeKeys::events, (redis, own) -> redis.xtrim(own.events(), 1)),
    SCAN("scan", own -> "", (redis, own) -> redis.scan(ScanCursor.INITIAL, ScanArgs.Builder.limit(1))),
    EVAL("eval", own -> "", (redis, own) -> redis.eval("return 1", ScriptOutputType.INTEGER)),
    EVALSHA("evalsha", own -> "", (redis, own) -> redis.evalsha("0".repeat(40), ScriptOutputType.INTEGER)),
    SET(
            "set",
            ProbeKeys::lease,
            (redis, own) -> redis.setGet(own.lease(), bytes("0"), SetArgs.Builder.px(TTL_SECONDS * 1_000))),
    HSET("hset", ProbeKeys::segment, (redis, own) -> {
        CompletionStage<?> answer = redis.hset(own.segment(), "#", bytes("0"));
        // Sent without waiting for the reply, so that the key is never without a TTL for long.
        redis.expire(own.segment(), TTL_SECONDS);
        return answer;
    }),
    SADD("sadd", ProbeKeys::origins, (redis, own) -> {
        CompletionStage<?> answer = redis.sadd(own.origins(), bytes("x"));
        redis.expire(own.origins(), TTL_SECONDS);
        return answer;
    }),
    ZADD("zadd", ProbeKeys::joins, (redis, own) -> {
        CompletionStage<?> answer = redis.zadd(own.joins(), 0, bytes("x"));
        redis.expire(own.joins(), TTL_SECONDS);
        return answer;
    }),
    PFADD("pfadd", own -> own.activity().get(3), (redis, own) -> {
        CompletionStage<?> answer = redis.pfadd(own.activity().get(3), bytes("x"));
        redis.expire(own.activity().get(3), TTL_SECONDS);
        return answer;
    }),
    XADD("xadd", ProbeKeys::events, (redis, own) -> {
        CompletionStage<?> answer = redis.xadd(own.events(), Map.of("kind", bytes("x")));
        redis.expire(own.events(), TTL_SECONDS);
        return answer;
    });

    private final String rule;
    private final Function<ProbeKeys, String> key;
    private final BiFunction<RedisClusterAsyncCommands<String, byte[]>, ProbeKeys, CompletionStage<?>> attempt;

    RequiredCommand(
            String rule,
            Function<ProbeKeys, String> key,
            BiFunction<RedisClusterAsyncCommands<String, byte[]>, ProbeKeys, CompletionStage<?>> attempt) {
        this.rule = rule;
        this.key = key;
        this.attempt = attempt;
    }

    /** The ACL rule without its {@code +}. */
    String rule() {
        return rule;
    }

    /** The command as written in documentation. */
    String shown() {
        return rule.replace('|', ' ').toUpperCase(Locale.ROOT);
    }

    /** Runs on one connection: Lettuce's own method also names connections to replicas, which it does not wait for. */
    private static CompletionStage<?> named(RedisClusterAsyncCommands<String, byte[]> redis) {
        CommandArgs<String, byte[]> args = new CommandArgs<>(RedisClientOptions.CODEC)
                .add(CommandKeyword.SETNAME)
                .add(RedisClientOptions.NAME);
        return redis.dispatch(CommandType.CLIENT, new StatusOutput<>(RedisClientOptions.CODEC), args);
    }

    /** The consequence for nodes without this permission; empty if they cannot run. */
    String loss() {
        return switch (this) {
            case CLIENT_SETNAME -> "CLIENT LIST does not name the connections of nodes";
            case INFO -> "nodes cannot warn of a Redis that evicts keys";
            case HLEN -> "clients cannot watch boards that their node does not follow";
            case HSCAN -> "clients cannot watch boards with many members that their node does not follow";
            case SPOP, XADD, XRANGE, XREVRANGE, XTRIM -> "nodes cannot record events with PRESENCE_EVENTS=on";
            case PFADD, PFCOUNT -> "nodes cannot count users with PRESENCE_ACTIVITY_DAYS";
            case PTTL -> "a dead node is shown for as long as Redis's clock was set back";
            default -> "";
        };
    }

    /** Whether only the event log needs it. */
    boolean isOfEvents() {
        return this == SPOP || this == XADD || this == XRANGE || this == XREVRANGE || this == XTRIM;
    }

    /** Whether only the record of activity needs it. */
    boolean isOfActivity() {
        return this == PFADD || this == PFCOUNT;
    }

    /** Whether it creates a key. */
    boolean writes() {
        return compareTo(SET) >= 0;
    }

    /** The key that it is tried on; empty if it needs none. */
    String key(ProbeKeys own) {
        return key.apply(own);
    }

    CompletionStage<?> run(RedisClusterAsyncCommands<String, byte[]> redis, ProbeKeys own) {
        return attempt.apply(redis, own);
    }
}
