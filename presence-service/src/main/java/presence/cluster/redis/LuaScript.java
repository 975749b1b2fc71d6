package presence.cluster.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A script from the resources of this package, with its SHA-1 for EVALSHA. */
public record LuaScript(String source, String sha1) {

    private static final Map<String, LuaScript> LOADED = new ConcurrentHashMap<>();

    /** Loads a script; the same name is read once. */
    public static LuaScript load(String name) {
        return LOADED.computeIfAbsent(name, LuaScript::read);
    }

    private static LuaScript read(String name) {
        try (InputStream in = LuaScript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LuaScript of(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return new LuaScript(source, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Returns the script with one word replaced. */
    LuaScript replacing(String word, String by) {
        if (!source.contains(word)) {
            throw new IllegalStateException("no " + word + " to replace");
        }
        return of(source.replace(word, by));
    }

    /** Runs the script by EVALSHA, and by EVAL where Redis answers NOSCRIPT. */
    public CompletionStage<Long> run(
            RedisClusterAsyncCommands<String, byte[]> commands, String[] keys, List<byte[]> args) {
        return run(commands, ScriptOutputType.INTEGER, keys, args);
    }

    /** Runs a script that returns a list. */
    public CompletionStage<List<Object>> list(
            RedisClusterAsyncCommands<String, byte[]> commands, String[] keys, List<byte[]> args) {
        return run(commands, ScriptOutputType.MULTI, keys, args);
    }

    /** Runs a script that returns any type. */
    public CompletionStage<Object> any(
            RedisClusterAsyncCommands<String, byte[]> commands, String[] keys, List<byte[]> args) {
        return run(commands, ScriptOutputType.OBJECT, keys, args);
    }

    private <T> CompletionStage<T> run(
            RedisClusterAsyncCommands<String, byte[]> commands,
            ScriptOutputType answer,
            String[] keys,
            List<byte[]> args) {
        byte[][] values = args.toArray(new byte[0][]);
        return commands.<T>evalsha(sha1, answer, keys, values)
                .handle((result, failure) -> failure == null
                        ? CompletableFuture.completedFuture(result)
                        : this.<T>evalIfUnknown(commands, answer, keys, values, failure))
                .thenCompose(result -> result);
    }

    private <T> CompletionStage<T> evalIfUnknown(
            RedisClusterAsyncCommands<String, byte[]> commands,
            ScriptOutputType answer,
            String[] keys,
            byte[][] values,
            Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RedisNoScriptException) {
            return commands.eval(source, answer, keys, values);
        }
        return CompletableFuture.failedFuture(cause);
    }
}
