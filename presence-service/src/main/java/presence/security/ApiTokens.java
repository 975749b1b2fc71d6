package presence.security;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ApiConfig;
import presence.config.ConfigException;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.model.Printable;

/**
 * Holds the tokens for the HTTP API: the one that grants everything, and those of a file, which is checked at intervals.
 * If the changed file cannot be used, the previous tokens stay in use. Thread-safe.
 */
public final class ApiTokens {
    private static final Logger log = LoggerFactory.getLogger(ApiTokens.class);

    /** The name of the token that is no line of the file. */
    static final String MASTER = "PRESENCE_API_TOKEN";

    private final Map<String, ApiToken> master;
    private final @Nullable Path file;
    private final EnumCounters<ReloadResult> reads;
    /** By digest. */
    private volatile Map<String, ApiToken> tokens;

    /**
     * @param watch reports changes of the file
     * @throws ConfigException if the file cannot be used now
     */
    public ApiTokens(ApiConfig config, FileWatch watch, ServiceMetrics metrics) throws ConfigException {
        reads = metrics.counterPer(
                ReloadResult.class,
                "presence.api.token.reads",
                "result",
                "readings of PRESENCE_API_TOKENS_FILE after the first");
        String digest = ApiTokenFile.digest(config.token());
        master = config.token().isEmpty()
                ? Map.of()
                : Map.of(digest, new ApiToken(MASTER, digest, Set.of(ApiRight.values()), List.of(ApiToken.ANY_BOARD)));
        file = config.tokensFile().isEmpty() ? null : Path.of(config.tokensFile());
        FileWatch.Watched watched = file == null ? null : watch.watch(file);
        tokens = read();
        if (watched != null) {
            watched.onChange(this::reload);
            log.info("API tokens read tokens={}", tokens.size());
        }
    }

    private Map<String, ApiToken> read() throws ConfigException {
        Map<String, ApiToken> all = new HashMap<>();
        if (file != null) {
            all.putAll(ApiTokenFile.read(file));
        }
        all.putAll(master);
        return Map.copyOf(all);
    }

    private void reload() {
        try {
            tokens = read();
            reads.increment(ReloadResult.TAKEN);
            log.info("API tokens read tokens={}", tokens.size());
        } catch (ConfigException e) {
            reads.increment(ReloadResult.FAILED);
            log.warn(
                    "cannot load API tokens; keeping the previous ones: {}",
                    Printable.of(String.valueOf(e.getMessage())));
        }
    }

    /** Returns whether there may be tokens; otherwise the API is off. */
    public boolean isOn() {
        return file != null || !master.isEmpty();
    }

    /**
     * Returns what a token grants; null for an unknown one. The time of the search depends on the token's digest only,
     * and so tells nothing about other tokens.
     */
    public @Nullable ApiToken find(String shown) {
        return tokens.get(ApiTokenFile.digest(shown));
    }

    /** Returns whether a token grants now what it granted when it was found. */
    public boolean isCurrent(ApiToken token) {
        return token.equals(tokens.get(token.digest()));
    }
}
