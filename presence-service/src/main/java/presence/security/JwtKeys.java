package presence.security;

import com.nimbusds.jose.JWSHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.AuthConfig;
import presence.config.ConfigException;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.model.Printable;

/**
 * Holds the keys that verify tokens: one secret, one public key, or a set, from a file or a URL. Files are checked and
 * URLs fetched at intervals, so that keys can be rotated; if that fails, the previous keys stay in use. Thread-safe.
 */
final class JwtKeys implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JwtKeys.class);

    /** The shortest time between two fetches, however many tokens have unknown keys; they wait for the next one. */
    private static final long MIN_FETCH_INTERVAL_MS = 5_000;

    private interface Source {
        List<JwtKey> read() throws ConfigException;
    }

    private final Source source;
    /** Null if the keys are not from a URL. */
    private final @Nullable ScheduledExecutorService fetcher;

    private final LongSupplier clock;
    private final EnumCounters<ReloadResult> reads;
    private volatile List<JwtKey> keys;

    /** The fetch under way; guarded by this, like the time of the last one. */
    private @Nullable CompletableFuture<Void> fetch;

    private long lastFetchMs;

    /** The last failure, to log it once; empty if there was none. One thread at a time reads keys. */
    private volatile String problem = "";

    /**
     * @param watch reports changed files
     * @param clock monotonic milliseconds
     * @throws ConfigException if the keys cannot be loaded now
     */
    JwtKeys(AuthConfig config, FileWatch watch, ServiceMetrics metrics, LongSupplier clock) throws ConfigException {
        this.clock = clock;
        this.reads = metrics.counterPer(
                ReloadResult.class,
                "presence.token.key.reads",
                "result",
                "readings of the keys of tokens after the first");
        this.source = source(config);
        Path file = fileOf(config);
        FileWatch.Watched watched = file == null ? null : watch.watch(file);
        this.keys = source.read();
        this.lastFetchMs = clock.getAsLong();
        if (watched != null) {
            watched.onChange(this::read);
        }
        if (config.jwksIsUrl()) {
            fetcher = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "presence-jwks");
                thread.setDaemon(true);
                return thread;
            });
            long interval = config.jwksRefresh().toMillis();
            fetcher.scheduleWithFixedDelay(this::read, interval, interval, TimeUnit.MILLISECONDS);
        } else {
            fetcher = null;
        }
        log.info("token keys read keys={}", keys.size());
    }

    private static @Nullable Path fileOf(AuthConfig config) {
        String jwksFile = config.jwksIsUrl() ? "" : config.jwks();
        for (String file : List.of(config.secretFile(), config.publicKey(), jwksFile)) {
            if (!file.isEmpty()) {
                return Path.of(file);
            }
        }
        return null;
    }

    private static Source source(AuthConfig config) throws ConfigException {
        if (!config.secretFile().isEmpty()) {
            Path file = Path.of(config.secretFile());
            return () -> List.of(JwtKey.ofSecret(text(file).strip()));
        }
        if (!config.secret().isEmpty()) {
            return () -> List.of(JwtKey.ofSecret(config.secret()));
        }
        if (!config.publicKey().isEmpty()) {
            Path file = Path.of(config.publicKey());
            return () -> List.of(JwtKey.ofPublicKey(new Pem(file).publicKey()));
        }
        KeySetUrl url = config.jwksIsUrl() ? new KeySetUrl(config) : null;
        return () -> {
            try {
                return JwtKey.ofSet(url == null ? text(Path.of(config.jwks())) : url.fetch());
            } catch (ParseException e) {
                throw new ConfigException("the keys at " + config.jwksShown() + " cannot be read: " + e.getMessage());
            }
        };
    }

    private static String text(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot read " + file + ": " + e.getClass().getSimpleName());
        }
    }

    private void read() {
        try {
            keys = source.read();
            reads.increment(ReloadResult.TAKEN);
            problem = "";
        } catch (ConfigException | RuntimeException e) {
            // Any failure is retried at the next interval.
            reads.increment(ReloadResult.FAILED);
            String why = String.valueOf(e.getMessage());
            if (!why.equals(problem)) {
                problem = why;
                log.warn("cannot load token keys; keeping the previous ones: {}", Printable.of(why));
            }
        }
    }

    /** The keys for a token with this header; fetches the URL first if there are none and new ones are possible. */
    CompletionStage<List<JwtKey>> fitting(JWSHeader header) {
        List<JwtKey> fitting = known(header);
        return fitting.isEmpty() ? fresh(header) : CompletableFuture.completedFuture(fitting);
    }

    /** The same, after a fetch of the URL, if there is one; completes within seconds. */
    CompletionStage<List<JwtKey>> fresh(JWSHeader header) {
        return fetcher == null
                ? CompletableFuture.completedFuture(known(header))
                : fetched(fetcher).thenApply(done -> known(header));
    }

    /** Whether {@link #fresh} may return new keys. */
    boolean mayChange() {
        return fetcher != null;
    }

    private List<JwtKey> known(JWSHeader header) {
        return keys.stream().filter(key -> key.fits(header)).toList();
    }

    private synchronized CompletionStage<Void> fetched(ScheduledExecutorService executor) {
        if (fetch != null && !fetch.isDone()) {
            return fetch;
        }
        CompletableFuture<Void> begun = new CompletableFuture<>();
        fetch = begun;
        long now = clock.getAsLong();
        long begin = Math.max(now, lastFetchMs + MIN_FETCH_INTERVAL_MS);
        lastFetchMs = begin;
        executor.schedule(
                () -> {
                    read();
                    begun.complete(null);
                },
                begin - now,
                TimeUnit.MILLISECONDS);
        return begun;
    }

    @Override
    public void close() {
        if (fetcher != null) {
            fetcher.shutdownNow();
        }
    }
}
