package presence.cluster.doctor;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.PubSubMode;

/** Every script of the service, and how to probe it; ordered so that each finds keys to work on. */
enum RequiredScript {
    APPLY(RequiredScript::segment, own -> publishing(List.of("0", "1", ttl(), ttl(), self(own)), own, "0")),
    TOUCH(RequiredScript::segment, own -> publishing(List.of("1", ttl(), ttl(), self(own)), own)),
    PUT(RequiredScript::segment, own -> publishing(List.of("2", ttl(), ttl(), self(own)), own)),
    OBSERVERS(
            own -> List.of(own.observers()),
            own -> publishing(List.of(own.origin().node().toString(), "1", ttl()), own)),
    LOCKS(
            own -> List.of(own.locks()),
            own -> publishing(
                    List.of("lock", self(own), ttl() + "000", "0"), own, "name", "m", "1000", "1", "1", "1", "1")),
    SUMMARY(own -> List.of(own.origins(), own.observers()), own -> bytes(List.of(own.segmentPrefix(), "", "1", "1"))),
    REAP(RequiredScript::segment, own -> publishing(List.of("*", self(own)), own)),
    USERS(
            ProbeKeys::users,
            own -> bytes(List.of(ttl() + "000", self(own), own.channel(), own.segment(), "", "user", "{}"))),
    /** Finds the list that {@link #USERS} wrote. */
    SESSIONS(own -> List.of(own.users().get(0)), own -> bytes(List.of("user", "1", "m", "{\"memberId\":\"m\"}"))),
    TAKE(own -> List.of(own.joins()), own -> bytes(List.of("10", ttl() + "000", "join"))),
    BAN(own -> List.of(own.bans()), own -> bytes(List.of(ttl() + "000", "user", "0"))),
    BANS(own -> List.of(own.bans()), own -> bytes(List.of(ttl() + "000"))),
    INSTS(own -> List.of(own.instances()), own -> bytes(List.of(self(own)))),
    EVENTS(
            ProbeKeys::eventLog,
            own -> bytes(List.of(
                    "1",
                    self(own),
                    ttl() + "000",
                    "1",
                    "0",
                    ",member.joined,",
                    own.origins() + ":",
                    "P",
                    "b",
                    "m",
                    "0",
                    "u",
                    "1",
                    "0",
                    "d",
                    "{}"))),
    /** Removes the member that {@link #EVENTS} wrote. */
    EVENTREAP(
            ProbeKeys::eventLog,
            own -> bytes(List.of(self(own), "0", ttl() + "000", "1", ",member.left,", "node_lost", "1"))),
    EVENTREAD(own -> List.of(own.eventLog().get(0)), own -> bytes(List.of("", "1"))),
    WEBHOOK(
            own -> List.of(own.eventLog().get(4), own.eventLog().get(3)),
            own -> bytes(List.of("claim", ttl() + "000", self(own), "0", "0-0"))),
    ACTIVITY(
            ProbeKeys::activity,
            own -> bytes(List.of(
                    "1",
                    ttl() + "000",
                    ttl() + "000",
                    "1",
                    "1",
                    "1",
                    "1",
                    "1",
                    "1",
                    "0",
                    "1",
                    "x",
                    "b",
                    "1",
                    "1",
                    "1",
                    "1"))),
    ACTIVITYREAD(
            own -> List.of(
                    own.activity().get(2), own.activity().get(3), own.activity().get(4)),
            own -> bytes(List.of("totals", "1")));

    private final Function<ProbeKeys, List<String>> keys;
    private final Function<ProbeKeys, List<byte[]>> args;

    RequiredScript(Function<ProbeKeys, List<String>> keys, Function<ProbeKeys, List<byte[]>> args) {
        this.keys = keys;
        this.args = args;
    }

    /** Whether only the event log needs it. */
    boolean isOfEvents() {
        return compareTo(EVENTS) >= 0 && compareTo(WEBHOOK) <= 0;
    }

    /** Whether only the record of activity needs it. */
    boolean isOfActivity() {
        return compareTo(ACTIVITY) >= 0;
    }

    String file() {
        return name().toLowerCase(Locale.ROOT) + ".lua";
    }

    /** @param boards pub/sub mode of board channels */
    CompletionStage<?> run(RedisClusterAsyncCommands<String, byte[]> redis, ProbeKeys own, PubSubMode boards) {
        LuaScript script = publishes() ? boards.script(file()) : LuaScript.load(file());
        return script.any(redis, keys.apply(own).toArray(new String[0]), args.apply(own));
    }

    /** Whether it publishes on the channel of a board. */
    private boolean publishes() {
        return compareTo(REAP) <= 0 && this != SUMMARY;
    }

    private static List<String> segment(ProbeKeys own) {
        return List.of(own.segment(), own.origins());
    }

    /** Appends the channel, the message and further arguments. */
    private static List<byte[]> publishing(List<String> args, ProbeKeys own, String... more) {
        List<byte[]> all = new ArrayList<>(bytes(args));
        all.add(ProbeKeys.bytes(own.channel()));
        all.add(own.message());
        all.addAll(bytes(List.of(more)));
        return all;
    }

    private static String self(ProbeKeys own) {
        return own.origin().toString();
    }

    private static String ttl() {
        return Long.toString(ProbeKeys.TTL_SECONDS);
    }

    private static List<byte[]> bytes(List<String> args) {
        return args.stream().map(ProbeKeys::bytes).toList();
    }
}
