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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.Profile;

/**
 * Checks JSON Web Tokens (RFC 7519, with the advice of RFC 8725): HS256, RS256, ES256 or EdDSA, by a key of ours, not
 * expired, for us. What it takes from a token: {@code sub} (the user id; required), {@code exp} (required),
 * {@code nbf}, {@code iss}, {@code aud}, {@code name}, {@code color}, {@code avatar_url} and {@code boards}.
 */
public final class JwtAuthenticator implements Authenticator, AutoCloseable {
    static final int MAX_TOKEN_CHARS = 8_192;
    private static final int MAX_URL_BYTES = 2_048;

    private final JwtKeys keys;
    private final ServiceConfig.Auth config;
    private final int maxNameBytes;
    private final LongSupplier wallClock;

    /**
     * @param maxNameBytes of any claim that is shown
     * @param clock monotonic milliseconds
     * @param wallClock milliseconds since 1970
     * @throws ConfigException if there are no keys to be had
     */
    public JwtAuthenticator(
            ServiceConfig.Auth config,
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
    }

    @Override
    public CompletionStage<Identity> authenticate(String token) {
        try {
            SignedJWT jwt = parse(token);
            return keys.fitting(jwt.getHeader()).thenCompose(fitting -> {
                try {
                    return CompletableFuture.completedFuture(check(jwt, fitting));
                } catch (UnauthorizedException e) {
                    return CompletableFuture.failedFuture(e);
                }
            });
        } catch (UnauthorizedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static SignedJWT parse(String token) throws UnauthorizedException {
        if (token.length() > MAX_TOKEN_CHARS) {
            throw new UnauthorizedException("the token has more than " + MAX_TOKEN_CHARS + " characters");
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (jwt.getHeader().getCriticalParams() != null) {
                throw new UnauthorizedException("the token's header has crit, of which nothing is understood");
            }
            return jwt;
        } catch (ParseException | IllegalArgumentException e) {
            throw new UnauthorizedException("this is no signed JSON Web Token");
        }
    }

    private Identity check(SignedJWT jwt, List<JwtKey> fitting) throws UnauthorizedException {
        byte[] signature = jwt.getSignature().decode();
        if (fitting.stream().noneMatch(key -> key.verify(jwt.getHeader(), jwt.getSigningInput(), signature))) {
            throw new UnauthorizedException("the token is signed by no key known here");
        }
        try {
            return identity(jwt.getJWTClaimsSet());
        } catch (ParseException e) {
            throw new UnauthorizedException("the token has a claim of the wrong type");
        }
    }

    private Identity identity(JWTClaimsSet claims) throws ParseException, UnauthorizedException {
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
        if (notBefore != null && now < notBefore.getTime() - leeway) {
            throw new UnauthorizedException("the token is not valid yet");
        }
        if (!config.issuer().isEmpty() && !config.issuer().equals(claims.getIssuer())) {
            throw new UnauthorizedException("the token is from another issuer");
        }
        if (!config.audiences().isEmpty() && Collections.disjoint(config.audiences(), claims.getAudience())) {
            throw new UnauthorizedException("the token is for another audience");
        }
        Profile profile = new Profile(
                shown(claims.getSubject(), "sub", maxNameBytes),
                shown(claims.getStringClaim("name"), "name", maxNameBytes),
                shown(claims.getStringClaim("color"), "color", maxNameBytes),
                shown(claims.getStringClaim("avatar_url"), "avatar_url", MAX_URL_BYTES),
                "");
        if (profile.userId().isEmpty()) {
            throw new UnauthorizedException("the token has no sub");
        }
        Map<String, Object> boards = claims.getJSONObjectClaim("boards");
        return new Identity(profile, BoardRights.of(boards == null ? Map.of() : boards), expires.getTime() + leeway);
    }

    private static String shown(@Nullable String claim, String name, int maxBytes) throws UnauthorizedException {
        String value = claim == null ? "" : claim;
        if (value.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new UnauthorizedException("the claim " + name + " has more than " + maxBytes + " bytes");
        }
        return value;
    }

    @Override
    public void close() {
        keys.close();
    }
}
