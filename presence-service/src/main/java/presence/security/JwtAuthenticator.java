package presence.security;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.config.AuthConfig;
import presence.config.ConfigException;
import presence.metrics.ServiceMetrics;
import presence.model.Profile;

/**
 * Verifies JSON Web Tokens (RFC 7519, with the advice of RFC 8725): HS256, RS256, ES256 or EdDSA with a configured key,
 * not expired, of the configured issuer and audience. Reads {@code sub} (the user id; required), {@code exp}
 * (required), {@code nbf}, {@code iss}, {@code aud}, {@code name}, {@code color}, {@code avatar_url} and {@code
 * boards}.
 */
public final class JwtAuthenticator implements Authenticator, AutoCloseable {
    static final int MAX_TOKEN_CHARS = 8_192;
    private static final int MAX_URL_BYTES = 2_048;
    /** A larger difference of clocks is an error, and perhaps the token is wrong. */
    private static final long MAX_EARLY_MS = 60_000;

    /** Some seconds of work; beyond it clients are told to retry later. */
    private static final int MAX_WAITING = 2_000;

    private final JwtKeys keys;
    /** A signature by a public key takes up to a millisecond, in which an event loop would send a thousand cursors. */
    private final ThreadPoolExecutor verifier;

    private final AuthConfig config;
    private final int maxNameBytes;
    private final LongSupplier wallClock;
    private final ShownClaims shownClaims = new ShownClaims();

    /**
     * @param maxNameBytes of a displayed claim
     * @param clock monotonic milliseconds
     * @param wallClock milliseconds since 1970
     * @throws ConfigException if the keys cannot be loaded
     */
    public JwtAuthenticator(
            AuthConfig config,
            int maxNameBytes,
            FileWatch watch,
            ServiceMetrics metrics,
            LongSupplier clock,
            LongSupplier wallClock)
            throws ConfigException {
        this.config = config;
        this.maxNameBytes = maxNameBytes;
        this.wallClock = wallClock;
        this.keys = new JwtKeys(config, watch, metrics, clock);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.verifier = new ThreadPoolExecutor(
                threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "presence-tokens");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public CompletionStage<Identity> authenticate(String token) {
        try {
            SignedJWT jwt = parse(token);
            return keys.fitting(jwt.getHeader()).thenCompose(fitting -> checked(jwt, fitting, true));
        } catch (UnauthorizedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @param again whether newer keys may be fetched for a token that does not name its key */
    private CompletionStage<Identity> checked(SignedJWT jwt, List<JwtKey> fitting, boolean again) {
        return verified(jwt, fitting).thenCompose(isSigned -> {
            try {
                if (isSigned) {
                    return CompletableFuture.completedFuture(identity(jwt.getJWTClaimsSet()));
                }
                if (again && jwt.getHeader().getKeyID() == null && keys.mayChange()) {
                    return keys.fresh(jwt.getHeader()).thenCompose(fresh -> checked(jwt, fresh, false));
                }
                throw new UnauthorizedException("the token is not signed by a known key");
            } catch (UnauthorizedException | EarlyTokenException e) {
                return CompletableFuture.failedFuture(e);
            } catch (ParseException | RuntimeException e) {
                return CompletableFuture.failedFuture(
                        new UnauthorizedException("the token has a claim of the wrong type"));
            }
        });
    }

    private CompletionStage<Boolean> verified(SignedJWT jwt, List<JwtKey> fitting) {
        if (fitting.stream().allMatch(JwtKey::isCheap)) {
            return CompletableFuture.completedFuture(isSigned(jwt, fitting));
        }
        try {
            return CompletableFuture.supplyAsync(() -> isSigned(jwt, fitting), verifier);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new BusyException());
        }
    }

    private static boolean isSigned(SignedJWT jwt, List<JwtKey> fitting) {
        byte[] signature = jwt.getSignature().decode();
        return fitting.stream().anyMatch(key -> key.verify(jwt.getHeader(), jwt.getSigningInput(), signature));
    }

    private static SignedJWT parse(String token) throws UnauthorizedException {
        if (token.length() > MAX_TOKEN_CHARS) {
            throw new UnauthorizedException("the token has more than " + MAX_TOKEN_CHARS + " characters");
        }
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException | RuntimeException e) {
            // For malformed tokens the library also throws undocumented exceptions.
            throw new UnauthorizedException("this is not a signed JSON Web Token");
        }
        if (jwt.getHeader().getCriticalParams() != null) {
            throw new UnauthorizedException("the token's header has crit, and no critical header is supported");
        }
        return jwt;
    }

    private Identity identity(JWTClaimsSet claims) throws ParseException, UnauthorizedException, EarlyTokenException {
        long now = wallClock.getAsLong();
        long leeway = config.leeway().toMillis();
        Date expires = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        if (expires == null) {
            throw new UnauthorizedException("the token has no exp");
        }
        if (now >= expires.getTime() + leeway) {
            throw new UnauthorizedException("the token has expired");
        }
        long early = notBefore == null ? 0 : notBefore.getTime() - leeway - now;
        if (early > MAX_EARLY_MS) {
            throw new UnauthorizedException("the token is not valid yet");
        }
        if (!config.issuer().isEmpty() && !config.issuer().equals(claims.getIssuer())) {
            throw new UnauthorizedException("the token is from another issuer");
        }
        if (!config.audiences().isEmpty() && Collections.disjoint(config.audiences(), claims.getAudience())) {
            throw new UnauthorizedException("the token is for another audience");
        }
        Profile profile = new Profile(
                userId(claims.getSubject()),
                shownClaims.cut(claims.getStringClaim("name"), "name", maxNameBytes),
                shownClaims.leaveOut(claims.getStringClaim("color"), "color", maxNameBytes),
                shownClaims.leaveOut(claims.getStringClaim("avatar_url"), "avatar_url", MAX_URL_BYTES),
                "");
        if (profile.userId().isEmpty()) {
            throw new UnauthorizedException("the token has no sub");
        }
        Map<String, Object> boards = claims.getJSONObjectClaim("boards");
        BoardRights rights = BoardRights.of(boards == null ? Map.of() : boards);
        if (early > 0) {
            // Last: waiting helps only if all else is right.
            throw new EarlyTokenException(early);
        }
        return new Identity(profile, rights, expires.getTime() + leeway);
    }

    /** Returns the user id; it is never cut, because rights and bans depend on it. */
    private String userId(@Nullable String subject) throws UnauthorizedException {
        String value = subject == null ? "" : subject;
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > maxNameBytes) {
            throw new UnauthorizedException("the claim sub has more than " + maxNameBytes + " bytes");
        }
        if (!new String(bytes, StandardCharsets.UTF_8).equals(value)) {
            // Other nodes could not tell two of these apart.
            throw new UnauthorizedException("the claim sub has an unpaired surrogate");
        }
        if (value.chars().anyMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029')) {
            throw new UnauthorizedException("the claim sub has a control character");
        }
        return value;
    }

    @Override
    public void close() {
        keys.close();
        verifier.shutdownNow();
    }
}
