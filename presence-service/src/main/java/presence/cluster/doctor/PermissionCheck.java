package presence.cluster.doctor;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LettuceCommands;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnector;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisTarget;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ToolConnections;
import presence.config.RedisConfig;

/**
 * Checks the permissions of the user of {@code REDIS_URL} by running every command, channel and script of the service
 * on keys of its own. Blocks; used once.
 */
final class PermissionCheck {
    private static final LuaScript MAY = LuaScript.load("may.lua");

    private final ToolConnections redis;
    private final RedisClusterAsyncCommands<String, byte[]> commands;
    private final RedisKeys keys;
    private final ProbeKeys own;
    private final PubSubMode boards;
    private final long timeoutMs;
    /** Commands are missing that only the event log needs. */
    private boolean cannotRecordEvents;

    private boolean cannotCountUsers;

    private final List<Finding> findings = new ArrayList<>();

    PermissionCheck(
            ToolConnections redis, StatefulConnection<String, byte[]> connection, RedisKeys keys, RedisConfig config) {
        this.redis = redis;
        this.commands = RedisConnector.commands(connection);
        this.keys = keys;
        this.own = new ProbeKeys(keys);
        this.boards = config.sharded() ? PubSubMode.SHARDED : PubSubMode.CLASSIC;
        this.timeoutMs = config.commandTimeout().toMillis();
    }

    /** Runs the checks and returns all findings. */
    List<Finding> examine() throws InterruptedException {
        try {
            commands();
            channels();
            if (boards == PubSubMode.SHARDED) {
                shardChannels();
            }
            if (findings.stream().anyMatch(finding -> finding.status() == Finding.Status.FAIL)) {
                findings.add(Finding.warn("scripts", "not tried", "repair what failed above and run doctor again"));
            } else {
                scripts();
                sharedKeys();
            }
        } finally {
            own.remove(commands);
        }
        return findings;
    }

    private void commands() {
        Set<String> seen = new LinkedHashSet<>();
        int before = findings.size();
        boolean removable = false;
        for (RequiredCommand command : RequiredCommand.values()) {
            if (command.writes() && !removable) {
                findings.add(Finding.fail(
                        "commands",
                        "write commands were not tried, because their keys could not be removed again",
                        "allow +del or +unlink and run doctor again"));
                break;
            }
            String refusal = refusal(command.run(commands, own), command.key(own));
            if (refusal != null && !command.loss().isEmpty()) {
                cannotRecordEvents |= command.isOfEvents();
                cannotCountUsers |= command.isOfActivity();
                findings.add(Finding.warn(
                        "commands",
                        command.shown() + " is not permitted: " + command.loss(),
                        "add +" + command.rule() + " to this Redis user"));
            } else if (refusal != null) {
                fail("commands", command.shown(), refusal, "+" + command.rule(), command.key(own), seen);
            } else {
                removable |= command == RequiredCommand.DEL || command == RequiredCommand.UNLINK;
            }
        }
        if (findings.size() == before) {
            findings.add(Finding.ok(
                    "commands", "all " + RequiredCommand.values().length + " that the service uses are permitted"));
        }
    }

    /**
     * Publishes and receives a message on the channel of an unused board, and subscribes to the shared channels without
     * publishing on them.
     */
    private void channels() throws InterruptedException {
        int before = findings.size();
        Set<String> seen = new LinkedHashSet<>();
        try (ProbeSubscription subscription = new ProbeSubscription(redis.connectSubscriber(), own.channel())) {
            for (String channel : List.of(own.channel(), keys.globalChannel(), keys.usersChannel())) {
                String refusal = refusal(subscription.to(channel), channel);
                if (refusal != null) {
                    fail("channels", "SUBSCRIBE " + channel, refusal, "+subscribe", channel, seen);
                }
            }
            String refusal = refusal(commands.publish(own.channel(), own.message()), own.channel());
            if (refusal != null) {
                fail("channels", "PUBLISH " + own.channel(), refusal, "+publish", own.channel(), seen);
            } else if (findings.size() == before) {
                subscription.awaitMessage(timeoutMs);
                findings.add(Finding.ok(
                        "channels",
                        "a message was received on " + own.channel() + "; global and users can be subscribed"));
            }
            String kept = refusal(subscription.end(), own.channel());
            if (kept != null) {
                fail("channels", "UNSUBSCRIBE " + own.channel(), kept, "+unsubscribe", own.channel(), seen);
            }
        } catch (RedisUnavailableException e) {
            findings.add(
                    Finding.fail("channels", "no second connection: " + e.getMessage(), "raise maxclients of Redis"));
        } catch (TimeoutException e) {
            findings.add(Finding.fail(
                    "channels",
                    "a message published on " + own.channel() + " was not received",
                    "let REDIS_URL name one server, not a proxy over several"));
        }
    }

    /**
     * Publishes and receives a message on a shard channel, which {@code PRESENCE_REDIS_PUBSUB=sharded} uses for boards.
     */
    private void shardChannels() throws InterruptedException {
        int before = findings.size();
        String check = "shard channels";
        String channel = own.channel();
        Set<String> seen = new LinkedHashSet<>();
        try (ProbeSubscription subscription = new ProbeSubscription(redis.connectSubscriber(), channel)) {
            String refusal = refusal(subscription.toShard(channel, timeoutMs), channel);
            if (refusal != null) {
                fail(check, "SSUBSCRIBE " + channel, refusal, "+ssubscribe", channel, seen);
            }
            refusal = refusal(boards.publish(new LettuceCommands(commands), channel, own.message()), channel);
            if (refusal != null) {
                fail(check, "SPUBLISH " + channel, refusal, "+spublish", channel, seen);
            } else if (findings.size() == before) {
                subscription.awaitMessage(timeoutMs);
                findings.add(Finding.ok(check, "a message was received on " + channel));
            }
            refusal = refusal(subscription.endShard(), channel);
            if (refusal != null) {
                fail(check, "SUNSUBSCRIBE " + channel, refusal, "+sunsubscribe", channel, seen);
            }
        } catch (RedisUnavailableException e) {
            findings.add(Finding.fail(check, "no further connection: " + e.getMessage(), "raise maxclients of Redis"));
        } catch (TimeoutException e) {
            findings.add(Finding.fail(
                    check,
                    "a message published on " + channel + " was not received",
                    "set PRESENCE_REDIS_PUBSUB=classic, or let REDIS_URL name the Cluster's servers themselves"));
        }
    }

    private void scripts() {
        int before = findings.size();
        for (RequiredScript script : RequiredScript.values()) {
            if (cannotRecordEvents && script.isOfEvents() || cannotCountUsers && script.isOfActivity()) {
                continue;
            }
            String refusal = refusal(script.run(commands, own, boards), own.segment());
            if (refusal != null) {
                findings.add(Finding.fail("scripts", script.file() + ": " + refusal, advice("scripts", refusal)));
            }
        }
        if (findings.size() == before) {
            findings.add(
                    Finding.ok("scripts", "all " + RequiredScript.values().length + " of the service's scripts ran"));
        }
    }

    /** Checks the permissions on shared keys and channels by ACL queries only: using them would disturb nodes. */
    private void sharedKeys() {
        String origin = own.origin().toString();
        List<List<String>> asked = List.of(
                List.of("publish", keys.globalChannel(), ""),
                List.of("publish", keys.usersChannel(), ""),
                List.of("zadd", keys.instances(), "0", origin),
                List.of("hset", keys.users(own.origin()), "user", ""),
                List.of("sadd", keys.userOrigins(), origin),
                List.of("sadd", keys.usersOnline(), "user"));
        int before = findings.size();
        for (List<String> command : asked) {
            byte[][] words = command.stream()
                    .map(word -> word.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            Long may;
            try {
                may = MAY.run(commands, new String[0], List.of(words))
                        .toCompletableFuture()
                        .join();
            } catch (CompletionException e) {
                return;
            }
            if (may < 0) {
                findings.add(Finding.ok(
                        "shared names",
                        "not checked: before Redis 7 this needs using them, which would disturb nodes"));
                return;
            }
            if (may == 0) {
                String rule = command.get(0).equals("publish") ? "&" + keys.everything() : "~" + keys.everything();
                findings.add(Finding.fail(
                        "shared names",
                        command.get(0).toUpperCase(Locale.ROOT) + " " + command.get(1) + " is not permitted",
                        "add " + rule + " to this Redis user"));
            }
        }
        if (findings.size() == before) {
            findings.add(
                    Finding.ok("shared names", "permitted; checked without using them, which would disturb nodes"));
        }
    }

    /**
     * Waits for a reply.
     *
     * @return the error of Redis, null if there is none
     * @throws RedisException if Redis did not answer
     */
    private static @Nullable String refusal(CompletionStage<?> answer, String name) {
        try {
            answer.toCompletableFuture().join();
            return null;
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RedisNoScriptException) {
                return null;
            }
            if (cause instanceof RedisCommandExecutionException) {
                return RedisUnavailableException.reason(cause);
            }
            throw new RedisException("no answer about " + name + ": " + RedisUnavailableException.reason(cause), cause);
        }
    }

    /** @param seen ACL rules already advised */
    private void fail(String check, String what, String refusal, String command, String name, Set<String> seen) {
        String rule = rule(refusal, command);
        if (rule.isEmpty()) {
            findings.add(Finding.fail(check, what + ": " + refusal, advice(check, refusal)));
        } else if (seen.add(rule)) {
            String where = rule.startsWith("+") || what.contains(name) ? "" : " " + name;
            findings.add(
                    Finding.fail(check, what + where + " is not permitted", "add " + rule + " to this Redis user"));
        }
    }

    /** Returns advice for an error that is not about permissions. */
    static String advice(String check, String refusal) {
        Refusal.Word word = Refusal.word(refusal);
        if (word == null) {
            return "see the documentation of this Redis about this error";
        }
        return switch (word) {
            case READONLY, MASTERDOWN -> "name the master in REDIS_URL: this is a replica";
            case OOM -> "raise maxmemory of this Redis, or free memory in it";
            case MISCONF -> "read in the log of this Redis why it could not save";
            case NOREPLICAS -> "start its replicas, or lower min-replicas-to-write";
            case CLUSTERDOWN -> "make sure that every slot of this Cluster has a master";
            case MOVED -> RedisTarget.LONE + ": name several";
            case NOAUTH -> "write user and password into REDIS_URL";
            case NOPERM -> "give this Redis user the permission that the error names";
            case ERR ->
                check.startsWith("shard")
                        ? "use Redis 7 or later, which has shard channels, or PRESENCE_REDIS_PUBSUB=classic"
                        : "enable this command: this Redis has it disabled or renamed";
        };
    }

    /** The missing ACL rule; empty for other errors. Releases of Redis word the error differently. */
    private String rule(String refusal, String command) {
        if (!refusal.startsWith("NOPERM")) {
            return "";
        }
        if (refusal.contains("to run the ")) {
            return command;
        }
        return refusal.contains("channel") ? "&" + keys.everything() : "~" + keys.everything();
    }
}
