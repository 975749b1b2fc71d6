package presence.simulation;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import presence.cluster.redis.LuaScript;

/** What the scripts of nodes do, in Java. */
final class SimScripts {
    private interface Body {
        long run(SimScripts self, String[] keys, List<byte[]> args);
    }

    private static final String SEQ = "#";
    private static final long INSTANCE_MS = 600_000;
    /** By SHA-1 of the script. */
    private static final Map<String, Body> BODIES = new HashMap<>();

    static {
        name("apply.lua", SimScripts::apply);
        name("put.lua", SimScripts::put);
        name("touch.lua", SimScripts::touch);
        name("reap.lua", SimScripts::reap);
        name("users.lua", SimScripts::users);
        name("sessions.lua", SimScripts::sessions);
        name("insts.lua", SimScripts::insts);
        name("observers.lua", SimScripts::observers);
    }

    private final SimRedis redis;

    SimScripts(SimRedis redis) {
        this.redis = redis;
    }

    private static void name(String file, Body body) {
        BODIES.put(LuaScript.load(file).sha1(), body);
    }

    long run(LuaScript script, String[] keys, List<byte[]> args) {
        Body body = BODIES.get(script.sha1());
        if (body == null) {
            throw new IllegalArgumentException("the simulation does not know the script " + script.source());
        }
        return body.run(this, keys, args);
    }

    private static String text(List<byte[]> args, int at) {
        return SimRedis.text(args.get(at));
    }

    private static long seconds(List<byte[]> args, int at) {
        return 1_000 * Long.parseLong(text(args, at));
    }

    private String seqOf(String segment) {
        byte[] stored = redis.hget(segment, SEQ);
        return stored == null ? "0" : SimRedis.text(stored);
    }

    private long apply(String[] keys, List<byte[]> args) {
        String stored = seqOf(keys[0]);
        if (stored.equals(text(args, 1))) {
            return 0;
        }
        if (!stored.equals(text(args, 0))) {
            return -1;
        }
        redis.requireWritable();
        int at = 8;
        for (int left = Integer.parseInt(text(args, 7)); left > 0; left--) {
            redis.hdel(keys[0], text(args, at++));
        }
        for (; at < args.size() - 1; at += 2) {
            redis.hset(keys[0], text(args, at), args.get(at + 1));
        }
        redis.hset(keys[0], SEQ, args.get(1));
        finish(keys, args, 2);
        return 1;
    }

    /** Renews both keys and publishes: TTLs, origin, channel and message stand one after the other. */
    private void finish(String[] keys, List<byte[]> args, int at) {
        redis.pexpire(keys[0], seconds(args, at));
        redis.sadd(keys[1], text(args, at + 2));
        redis.pexpire(keys[1], seconds(args, at + 1));
        redis.publish(text(args, at + 3), args.get(at + 4));
    }

    private long put(String[] keys, List<byte[]> args) {
        if (Long.parseLong(seqOf(keys[0])) >= Long.parseLong(text(args, 0))) {
            return 0;
        }
        redis.del(keys[0]);
        redis.hset(keys[0], SEQ, args.get(0));
        for (int at = 6; at < args.size() - 1; at += 2) {
            redis.hset(keys[0], text(args, at), args.get(at + 1));
        }
        finish(keys, args, 1);
        return 1;
    }

    private long touch(String[] keys, List<byte[]> args) {
        if (!seqOf(keys[0]).equals(text(args, 0))) {
            return -1;
        }
        finish(keys, args, 1);
        return 1;
    }

    private long reap(String[] keys, List<byte[]> args) {
        byte[] stored = redis.hget(keys[0], SEQ);
        String upTo = text(args, 0);
        if (stored != null && !upTo.equals("*") && Long.parseLong(SimRedis.text(stored)) > Long.parseLong(upTo)) {
            return -1;
        }
        long removed = redis.del(keys[0]) + (redis.srem(keys[1], text(args, 1)) ? 1 : 0);
        if (removed == 0 && !text(args, 4).equals("1")) {
            return 0;
        }
        redis.publish(text(args, 2), args.get(3));
        return 1;
    }

    private long users(String[] keys, List<byte[]> args) {
        long ttlMs = Long.parseLong(text(args, 0));
        String origin = text(args, 1);
        long published = 0;
        boolean manyWriters = !text(args, 4).isEmpty();
        for (int at = 5; at < args.size() - 1; at += 2) {
            String user = text(args, at);
            if (args.get(at + 1).length > 0) {
                redis.hset(keys[0], user, args.get(at + 1));
                if (redis.sadd(keys[2], user)) {
                    published += publish(text(args, 2), origin, user, true);
                }
            } else {
                boolean first = redis.hdel(keys[0], user) || !manyWriters;
                if (first && !isElsewhere(keys[1], origin, text(args, 3), user) && redis.srem(keys[2], user)) {
                    published += publish(text(args, 2), origin, user, false);
                }
            }
        }
        if (redis.pexpire(keys[0], ttlMs)) {
            redis.sadd(keys[1], origin);
        } else {
            redis.srem(keys[1], origin);
        }
        redis.pexpire(keys[1], ttlMs);
        redis.pexpire(keys[2], ttlMs);
        return published;
    }

    private boolean isElsewhere(String origins, String self, String prefix, String user) {
        for (String other : redis.smembers(origins)) {
            if (!other.equals(self) && redis.hget(prefix + other, user) != null) {
                return true;
            }
        }
        return false;
    }

    private long publish(String channel, String origin, String user, boolean online) {
        JsonObject event = new JsonObject();
        event.addProperty("origin", origin);
        event.addProperty("userId", user);
        event.addProperty("online", online);
        JsonObject envelope = new JsonObject();
        envelope.addProperty("version", 1);
        envelope.add("user", event);
        redis.publish(channel, SimRedis.bytes(envelope.toString()));
        return 1;
    }

    private long sessions(String[] keys, List<byte[]> args) {
        byte[] stored = redis.hget(keys[0], text(args, 0));
        if (stored == null) {
            return 0;
        }
        JsonObject record = JsonParser.parseString(SimRedis.text(stored)).getAsJsonObject();
        Map<String, JsonElement> sessions = new LinkedHashMap<>();
        if (record.has("sessions")) {
            record.getAsJsonArray("sessions")
                    .forEach(each ->
                            sessions.put(each.getAsJsonObject().get("memberId").getAsString(), each));
        }
        for (int at = 2; at < args.size() - 1; at += 2) {
            if (args.get(at + 1).length == 0) {
                sessions.remove(text(args, at));
            } else {
                sessions.put(text(args, at), JsonParser.parseString(text(args, at + 1)));
            }
        }
        if (sessions.isEmpty() || sessions.size() != Integer.parseInt(text(args, 1))) {
            return 0;
        }
        JsonArray all = new JsonArray();
        new ArrayList<>(sessions.values()).forEach(all::add);
        record.add("sessions", all);
        redis.hset(keys[0], text(args, 0), SimRedis.bytes(record.toString()));
        return 1;
    }

    private long observers(String[] keys, List<byte[]> args) {
        if (text(args, 1).equals("0")) {
            redis.hdel(keys[0], text(args, 0));
        } else {
            redis.hset(keys[0], text(args, 0), args.get(1));
        }
        redis.pexpire(keys[0], seconds(args, 2));
        if (args.get(4).length > 0) {
            redis.publish(text(args, 3), args.get(4));
        }
        return 1;
    }

    private long insts(String[] keys, List<byte[]> args) {
        redis.requireWritable();
        long now = redis.nowMs();
        Map<String, Long> nodes = redis.sorted(keys[0]);
        nodes.put(text(args, 0), now);
        nodes.values().removeIf(at -> at <= now - INSTANCE_MS);
        redis.pexpire(keys[0], INSTANCE_MS);
        return now;
    }
}
