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
 * An error with which Redis answers a write, and that any other write would get, too: nothing of the write was done.
 *
 * @param text Redis' own, one line
 */
public record Refusal(Word word, String text) {
    /** The first word of the error, as Redis has it. */
    public enum Word {
        /** A replica, or a master that became one. */
        READONLY,
        /** The last save failed, and the server stops writes until one succeeds. */
        MISCONF,
        /** As much memory in use as may be. */
        OOM,
        /** The user may not do that. */
        NOPERM,
        /** One server of a Cluster, used as if it were all. */
        MOVED,
        /** Too few replicas. */
        NOREPLICAS,
        /** The connection is not logged in, or no more. */
        NOAUTH,
        /** A Cluster without masters for all slots. */
        CLUSTERDOWN,
        /** A replica that lost its master and may not serve what it has. */
        MASTERDOWN,
        /** A command that the server does not know: renamed, or no Redis. */
        ERR;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Redis before 7 wraps what a command of a script is refused with. */
    private static final Pattern KNOWN =
            Pattern.compile("\\b(READONLY|MISCONF|OOM|NOPERM|MOVED|NOREPLICAS|NOAUTH|CLUSTERDOWN|MASTERDOWN)\\b");

    /** How scripts are told of a missing right, by release. */
    private static final List<String> RIGHTS = List.of("The user executing the script can't", "ACL failure in script");

    private static final Pattern UNKNOWN =
            Pattern.compile("unknown (redis )?command|Unknown Redis command", Pattern.CASE_INSENSITIVE);

    /**
     * Null where a write failed otherwise: no answer, no connection, or an error that is of the key (a foreign type) or
     * goes away by itself (a server that loads its data).
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
        return word == null ? null : new Refusal(word, text);
    }

    /** The word that an error stands for; null for one of a single write. */
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
