package presence.cluster.redis;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error reply to a write that any other write would get, too; the write had no effect.
 *
 * @param text first line of Redis's error, from {@code word} on
 */
public record Refusal(Word word, String text) {
    /** The first word of Redis's error. */
    public enum Word {
        /** A replica, or a master that became one. */
        READONLY,
        /** The last save failed, and the server stops writes until one succeeds. */
        MISCONF,
        /** The memory limit is reached. */
        OOM,
        /** The user lacks a permission. */
        NOPERM,
        /** The server belongs to a Cluster, but the URL names it as a standalone server. */
        MOVED,
        /** Fewer replicas than min-replicas-to-write. */
        NOREPLICAS,
        /** The connection is not authenticated (any more). */
        NOAUTH,
        /** The Cluster lacks masters for some slots. */
        CLUSTERDOWN,
        /** A replica that lost its master and must not serve stale data. */
        MASTERDOWN,
        /** The server does not know the command: it is renamed, or the server is no Redis. */
        ERR;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Matches anywhere: Redis before 7 wraps the error of a command in a script. */
    private static final Pattern KNOWN =
            Pattern.compile("\\b(READONLY|MISCONF|OOM|NOPERM|MOVED|NOREPLICAS|NOAUTH|CLUSTERDOWN|MASTERDOWN)\\b");

    /** Errors of scripts that lack a permission, by release. */
    private static final List<String> RIGHTS = List.of("The user executing the script can't", "ACL failure in script");

    private static final Pattern UNKNOWN =
            Pattern.compile("unknown (redis )?command|Unknown Redis command", Pattern.CASE_INSENSITIVE);

    /**
     * Returns the refusal in a failure. Null for other failures: no answer, no connection, an error of the key (a
     * foreign type), or a temporary one (a server loading its data).
     */
    public static @Nullable Refusal of(@Nullable Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (!(cause instanceof RedisCommandExecutionException)
                || cause instanceof RedisNoScriptException
                || cause instanceof RedisBusyException
                || cause instanceof RedisLoadingException) {
            return null;
        }
        String text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        Word word = word(text);
        return word == null ? null : new Refusal(word, unwrapped(text));
    }

    private static String unwrapped(String text) {
        Matcher known = KNOWN.matcher(text);
        return known.find() ? text.substring(known.start()) : text;
    }

    /** The word of an error; null if it concerns a single write only. */
    public static @Nullable Word word(String text) {
        Matcher known = KNOWN.matcher(text);
        if (known.find()) {
            return Word.valueOf(known.group(1));
        }
        if (RIGHTS.stream().anyMatch(text::contains)) {
            return Word.NOPERM;
        }
        return UNKNOWN.matcher(text).find() ? Word.ERR : null;
    }
}
