package presence.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.lock.LockLedger;
import presence.lock.LockLimits;
import presence.lock.LockRequest;
import presence.model.MemberId;
import presence.model.Origin;

/** What the script of locks does, by the ledger of nodes without Redis: reads the hash into one, and writes it back. */
final class SimLocks {
    private static final String SHA = LuaScript.load("locks.lua").sha1();
    private static final String LAST = "#";
    private static final String CREATED = "@";
    private static final char HELD = '=';
    private static final char QUEUE = '?';
    private static final char RELEASED = '!';

    private final SimRedis redis;

    SimLocks(SimRedis redis) {
        this.redis = redis;
    }

    static boolean isKnown(LuaScript script) {
        return script.sha1().equals(SHA);
    }

    List<Object> run(String key, List<byte[]> args) {
        redis.requireWritable();
        List<String> texts = args.stream().map(SimRedis::text).toList();
        Origin self = Origin.parse(texts.get(1));
        LockLedger ledger = new LockLedger(read(key));
        ledger.at(redis.nowMs(), 1_000 * redis.nowMs(), Long.parseLong(texts.get(3)));
        List<String> more = texts.subList(6, texts.size());
        long code = 1;
        String name = null;
        switch (texts.get(0)) {
            case "lock" -> {
                name = more.get(0);
                code = lock(ledger, self, more).outcome().code();
            }
            case "unlock" -> {
                name = more.get(0);
                ledger.unlock(
                        name,
                        MemberId.fromHex(more.get(1)),
                        Long.parseLong(more.get(2)),
                        more.get(3).isEmpty() ? null : self.node());
            }
            case "release" -> ledger.release(MemberId.fromHex(more.get(0)), Long.parseLong(more.get(1)));
            case "reap" -> ledger.reap(Origin.parse(more.get(0)), Long.parseLong(more.get(1)));
            case "claim" -> ledger.claim(MemberId.fromHex(more.get(0)), self);
            default -> ledger.restore(own(more, self), self);
        }
        List<Object> answer = new ArrayList<>();
        answer.add(code);
        if (name == null) {
            ledger.all().forEach(lock -> show(answer, lock.name(), lock));
        } else {
            show(answer, name, shown(ledger, name));
        }
        write(key, ledger.state());
        redis.pexpire(key, Long.parseLong(texts.get(2)));
        if (!ledger.changed().isEmpty() && !texts.get(5).isEmpty()) {
            redis.publish(texts.get(4), args.get(5));
        }
        return answer;
    }

    private static LockAnswer lock(LockLedger ledger, Origin self, List<String> more) {
        LockRequest request = new LockRequest(
                more.get(0),
                MemberId.fromHex(more.get(1)),
                Long.parseLong(more.get(2)),
                more.get(3).equals("1"));
        LockLimits limits = new LockLimits(
                Integer.parseInt(more.get(4)), Integer.parseInt(more.get(5)), Integer.parseInt(more.get(6)), 0, 0);
        Lock known = more.size() == 7
                ? null
                : new Lock(
                        more.get(0),
                        MemberId.fromHex(more.get(8)),
                        Long.parseLong(more.get(7)),
                        Origin.parse(more.get(9)),
                        Long.parseLong(more.get(10)),
                        Long.parseLong(more.get(11)));
        return ledger.lock(request, self, limits, known);
    }

    private static Collection<Lock> own(List<String> more, Origin self) {
        List<Lock> own = new ArrayList<>();
        for (int at = 0; at + 5 <= more.size(); at += 5) {
            own.add(new Lock(
                    more.get(at),
                    MemberId.fromHex(more.get(at + 2)),
                    Long.parseLong(more.get(at + 1)),
                    self,
                    Long.parseLong(more.get(at + 3)),
                    Long.parseLong(more.get(at + 4))));
        }
        return own;
    }

    /** The lock as it is stored: another one whose time is over stays so until it is asked for. */
    private @Nullable Lock shown(LockLedger ledger, String name) {
        LockLedger.Held held = ledger.state().held().get(name);
        return held == null
                ? null
                : new Lock(
                        name, held.holder(), held.fencing(), held.owner(), held.ttlMs(), held.endMs() - redis.nowMs());
    }

    private static void show(List<Object> answer, String name, @Nullable Lock lock) {
        List<String> fields = lock == null
                ? List.of(name, "", "0", "", "0", "0")
                : List.of(
                        name,
                        lock.holder().toString(),
                        Long.toString(lock.fencing()),
                        lock.owner().toString(),
                        Long.toString(lock.ttlMs()),
                        Long.toString(lock.leftMs()));
        fields.forEach(field -> answer.add(SimRedis.bytes(field)));
    }

    private LockLedger.State read(String key) {
        Map<String, LockLedger.Held> held = new HashMap<>();
        Map<String, List<LockLedger.Waiter>> queues = new HashMap<>();
        Map<String, Long> released = new HashMap<>();
        Map<String, Long> numbers = new HashMap<>();
        redis.hgetall(key).forEach((field, value) -> {
            String text = SimRedis.text(value);
            String name = field.substring(1);
            switch (field.charAt(0)) {
                case HELD -> held.put(name, held(text));
                case QUEUE -> queues.put(name, waiters(text));
                case RELEASED -> released.put(name, Long.parseLong(text));
                default -> numbers.put(field, Long.parseLong(text));
            }
        });
        return new LockLedger.State(
                numbers.getOrDefault(LAST, 0L), numbers.getOrDefault(CREATED, 0L), held, queues, released);
    }

    private static LockLedger.Held held(String text) {
        String[] parts = text.split(" ");
        return new LockLedger.Held(
                MemberId.fromHex(parts[1]),
                Long.parseLong(parts[0]),
                Origin.parse(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]));
    }

    private static List<LockLedger.Waiter> waiters(String text) {
        List<LockLedger.Waiter> waiters = new ArrayList<>();
        for (String one : text.split(";")) {
            String[] parts = one.split(" ");
            waiters.add(new LockLedger.Waiter(
                    MemberId.fromHex(parts[0]), Origin.parse(parts[1]), Long.parseLong(parts[2])));
        }
        return waiters;
    }

    private void write(String key, LockLedger.State state) {
        Map<String, String> fields = new TreeMap<>();
        if (state.created() != 0) {
            fields.put(CREATED, Long.toString(state.created()));
            fields.put(LAST, Long.toString(state.last()));
        }
        state.held()
                .forEach((name, lock) -> fields.put(
                        HELD + name,
                        lock.fencing() + " " + lock.holder() + " " + lock.owner() + " " + lock.endMs() + " "
                                + lock.ttlMs()));
        state.queues().forEach((name, queue) -> {
            StringBuilder all = new StringBuilder();
            queue.forEach(waiter -> all.append(waiter.member())
                    .append(' ')
                    .append(waiter.owner())
                    .append(' ')
                    .append(waiter.ttlMs())
                    .append(';'));
            fields.put(QUEUE + name, all.toString());
        });
        state.released().forEach((name, number) -> fields.put(RELEASED + name, Long.toString(number)));
        List.copyOf(redis.hgetall(key).keySet()).stream()
                .filter(field -> !fields.containsKey(field))
                .forEach(field -> redis.hdel(key, field));
        fields.forEach((field, value) -> redis.hset(key, field, SimRedis.bytes(value)));
    }
}
