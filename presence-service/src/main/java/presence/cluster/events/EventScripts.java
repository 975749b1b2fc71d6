package presence.cluster.events;

import static presence.cluster.events.EventReader.bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.events.Change;
import presence.model.LeaveReason;
import presence.model.Origin;

/** Runs the scripts that write the event log. Thread-safe. */
final class EventScripts implements EventWriter.Log {
    private static final LuaScript WRITE = LuaScript.load("events.lua");
    private static final LuaScript REAP = LuaScript.load("eventreap.lua");
    /** Most members removed in one run, which must not block Redis for long. */
    private static final int REAPED = 500;

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final EventLimits limits;

    EventScripts(RedisConnections redis, RedisKeys keys, EventLimits limits) {
        this.redis = redis;
        this.keys = keys;
        this.limits = limits;
    }

    @Override
    public CompletionStage<Long> write(Origin owner, long first, List<Change> changes) {
        List<byte[]> args = new ArrayList<>(7 + 9 * changes.size());
        args.add(bytes(Long.toString(first)));
        args.add(bytes(owner.toString()));
        args.add(bytes(ttl()));
        args.add(bytes(Integer.toString(limits.most())));
        args.add(bytes(Long.toString(
                Math.max(0, System.currentTimeMillis() - limits.age().toMillis()))));
        args.add(bytes(limits.kindsArgument()));
        args.add(bytes(keys.eventMembersPrefix()));
        for (Change change : changes) {
            args.add(bytes(change.type().code()));
            args.add(bytes(change.board().value()));
            args.add(bytes(change.member()));
            args.add(bytes(Long.toString(change.timeMs())));
            args.add(bytes(change.user()));
            args.add(bytes(Long.toString(change.version())));
            args.add(bytes(Long.toString(change.joinedMs())));
            args.add(bytes(change.detail()));
            args.add(bytes(change.data()));
        }
        return redis.run(WRITE, keysOf(owner), args);
    }

    @Override
    public CompletionStage<?> reap(Origin owner) {
        List<byte[]> args = List.of(
                bytes(owner.toString()),
                bytes(Long.toString(System.currentTimeMillis())),
                bytes(ttl()),
                bytes(Integer.toString(limits.most())),
                bytes(limits.kindsArgument()),
                bytes(LeaveReason.NODE_LOST.name().toLowerCase(Locale.ROOT)),
                bytes(Integer.toString(REAPED)));
        return redis.run(REAP, keysOf(owner), args)
                .thenCompose(left -> left < REAPED ? CompletableFuture.completedStage(null) : reap(owner));
    }

    private String ttl() {
        return Long.toString(limits.age().toMillis());
    }

    private String[] keysOf(Origin owner) {
        return new String[] {
            keys.events(), keys.eventMembers(), keys.eventMembers(owner), keys.eventOwners(), keys.eventBoards()
        };
    }
}
