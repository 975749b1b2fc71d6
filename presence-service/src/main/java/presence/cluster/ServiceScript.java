package presence.cluster;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Every script of the service, and how to try it; in an order in which each has something to do. */
enum ServiceScript {
    APPLY(ServiceScript::segment, own -> told(List.of("0", "1", ttl(), ttl(), self(own)), own, "0")),
    TOUCH(ServiceScript::segment, own -> told(List.of("1", ttl(), ttl(), self(own)), own)),
    PUT(ServiceScript::segment, own -> told(List.of("2", ttl(), ttl(), self(own)), own)),
    REAP(ServiceScript::segment, own -> told(List.of("*", self(own)), own)),
    USERS(
            ThrowAway::users,
            own -> bytes(List.of(ttl() + "000", self(own), own.channel(), own.segment(), "user", "{}"))),
    TAKE(own -> List.of(own.joins()), own -> bytes(List.of("10", ttl() + "000", "join"))),
    BAN(own -> List.of(own.bans()), own -> bytes(List.of(ttl() + "000", "user", "0"))),
    BANS(own -> List.of(own.bans()), own -> bytes(List.of(ttl() + "000"))),
    INSTS(own -> List.of(own.instances()), own -> bytes(List.of(self(own))));

    private final Function<ThrowAway, List<String>> keys;
    private final Function<ThrowAway, List<byte[]>> args;

    ServiceScript(Function<ThrowAway, List<String>> keys, Function<ThrowAway, List<byte[]>> args) {
        this.keys = keys;
        this.args = args;
    }

    String file() {
        return name().toLowerCase(Locale.ROOT) + ".lua";
    }

    /** @param boards how boards' channels are published on */
    CompletionStage<?> run(RedisClusterAsyncCommands<String, byte[]> redis, ThrowAway own, BoardPubSub boards) {
        LuaScript script = compareTo(REAP) <= 0 ? boards.script(file()) : LuaScript.load(file());
        return script.any(redis, keys.apply(own).toArray(new String[0]), args.apply(own));
    }

    private static List<String> segment(ThrowAway own) {
        return List.of(own.segment(), own.origins());
    }

    /** The arguments, then the channel and what is told there, then the rest. */
    private static List<byte[]> told(List<String> args, ThrowAway own, String... more) {
        List<byte[]> all = new ArrayList<>(bytes(args));
        all.add(ThrowAway.bytes(own.channel()));
        all.add(own.message());
        all.addAll(bytes(List.of(more)));
        return all;
    }

    private static String self(ThrowAway own) {
        return own.origin().toString();
    }

    private static String ttl() {
        return Long.toString(ThrowAway.TTL_SECONDS);
    }

    private static List<byte[]> bytes(List<String> args) {
        return args.stream().map(ThrowAway::bytes).toList();
    }
}
