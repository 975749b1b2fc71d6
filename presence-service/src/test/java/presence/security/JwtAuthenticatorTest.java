package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.Profile;
import presence.testing.LogCapture;
import presence.testing.crypto.Keys;
import presence.testing.crypto.Tokens;

class JwtAuthenticatorTest {
    /** To make one takes a second. */
    private static final JWK RSA = Keys.rsa(null, 2048);

    private static final JWK OTHER_RSA = Keys.rsa("other", 2048);

    private static final Consumer<JWTClaimsSet.Builder> NOTHING_MORE = claims -> {};

    @TempDir
    private Path folder;

    private final FileWatch watch = new FileWatch(Duration.ofMillis(100));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ServiceMetrics metrics = new ServiceMetrics(meters);
    private long nowMs = System.currentTimeMillis();

    @AfterEach
    void stop() {
        watch.close();
    }

    private JwtAuthenticator with(Map<String, String> settings) throws ConfigException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("PRESENCE_AUTH", "jwt");
        return new JwtAuthenticator(ServiceConfig.from(all).auth(), 128, watch, metrics, () -> 0, () -> nowMs);
    }

    private JwtAuthenticator withSecret() throws ConfigException {
        return with(Map.of("PRESENCE_JWT_SECRET", Tokens.SECRET));
    }

    private JwtAuthenticator withSet(JWK... keys) throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), Keys.set(keys));
        return with(Map.of("PRESENCE_JWT_JWKS", file.toString()));
    }

    private static Identity accepted(Authenticator authenticator, String token) {
        try {
            return authenticator.authenticate(token).toCompletableFuture().join();
        } catch (CompletionException e) {
            // Conditions that wait repeat for assertion errors only.
            throw new AssertionError("refused: " + e.getCause().getMessage(), e);
        }
    }

    private static String refusal(Authenticator authenticator, String token) {
        try {
            Identity accepted =
                    authenticator.authenticate(token).toCompletableFuture().get();
            throw new AssertionError("accepted: " + accepted);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(UnauthorizedException.class);
            return e.getCause().getMessage();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hs256(Consumer<JWTClaimsSet.Builder> more) {
        return Tokens.of("ada", Tokens.EVERYTHING, more);
    }

    // ---- identity ----

    @Test
    void theIdentityComesFromTheToken() throws Exception {
        Date end = Date.from(Instant.ofEpochSecond(nowMs / 1000 + 60));
        Identity ada = accepted(
                withSecret(),
                hs256(claims -> claims.claim("name", "Ada")
                        .claim("color", "#e91e63")
                        .claim("avatar_url", "https://a.example/ada")
                        .expirationTime(end)));
        assertThat(ada.profile()).isEqualTo(new Profile("ada", "Ada", "#e91e63", "https://a.example/ada", ""));
        assertThat(ada.rights().allow(new BoardId("b"), Right.SIGNAL)).isTrue();
        assertThat(ada.expiresAtMs()).as("leeway included").isEqualTo(end.getTime() + 5_000);
    }

    @Test
    void claimsThatAreAbsentAreTheClients() throws Exception {
        Identity ada = accepted(withSecret(), hs256(claims -> claims.claim("name", "Ada")));
        assertThat(ada.stamp(new Profile("mallory", "Eve", "red", "url", "phone")))
                .isEqualTo(new Profile("ada", "Ada", "red", "url", "phone"));
    }

    @Test
    void withoutBoardsNoneIsAllowed() throws Exception {
        Identity ada = accepted(withSecret(), hs256(claims -> claims.claim("boards", null)));
        assertThat(ada.rights().allow(new BoardId("b"), Right.OBSERVE)).isFalse();
    }

    // ---- keys ----

    static List<JWK> keys() {
        return List.of(RSA, Keys.ec(null, Curve.P_256), Keys.ed25519(null));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyAlgorithmIsCheckedByAKeyInAPemFile(JWK key) throws Exception {
        String pem = key.getKeyType().getValue().equals("OKP")
                ? "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"
                        + java.util.Base64.getEncoder()
                                .encodeToString(key.toOctetKeyPair().getDecodedX())
                        + "\n-----END PUBLIC KEY-----\n"
                : Keys.pem(
                        key.toPublicJWK().getKeyType().getValue().equals("RSA")
                                ? key.toRSAKey().toPublicKey()
                                : key.toECKey().toPublicKey());
        Path file = Files.writeString(folder.resolve("key.pem"), pem);
        JwtAuthenticator authenticator = with(Map.of("PRESENCE_JWT_PUBLIC_KEY", file.toString()));
        String token = Tokens.signed(key, "ada", Tokens.EVERYTHING, NOTHING_MORE);
        assertThat(accepted(authenticator, token).userId()).isEqualTo("ada");
        assertThat(refusal(authenticator, tampered(token))).isEqualTo("the token is not signed by a known key");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyAlgorithmIsCheckedByAKeyInASet(JWK key) throws Exception {
        JwtAuthenticator authenticator = withSet(OTHER_RSA, key);
        String token = Tokens.signed(key, "ada", Tokens.EVERYTHING, NOTHING_MORE);
        assertThat(accepted(authenticator, token).userId()).isEqualTo("ada");
        assertThat(refusal(authenticator, tampered(token))).isEqualTo("the token is not signed by a known key");
    }

    /** Another user in the same signature. */
    private static String tampered(String token) throws Exception {
        String[] parts = token.split("\\.");
        String claims = new Base64URL(parts[1]).decodeToString().replace("ada", "bob");
        return parts[0] + "." + Base64URL.encode(claims) + "." + parts[2];
    }

    @Test
    void amongSeveralKeysTheOneWithTheIdIsTaken() throws Exception {
        JWK one = Keys.ec("one", Curve.P_256);
        JWK two = Keys.ec("two", Curve.P_256);
        JwtAuthenticator authenticator = withSet(one, two);
        assertThat(accepted(authenticator, Tokens.signed(two, "ada", Tokens.EVERYTHING, NOTHING_MORE))
                        .userId())
                .isEqualTo("ada");
        JWSHeader liar = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build();
        assertThat(refusal(authenticator, Tokens.signed(two, liar, claims()))).contains("not signed by a known key");
        JWSHeader silent = new JWSHeader.Builder(JWSAlgorithm.ES256).build();
        assertThat(accepted(authenticator, Tokens.signed(two, silent, claims())).userId())
                .isEqualTo("ada");
    }

    private JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .subject("ada")
                .expirationTime(new Date(nowMs + 60_000))
                .build();
    }

    @Test
    void aChangedSetIsTaken() throws Exception {
        JWK before = Keys.ec("before", Curve.P_256);
        JWK after = Keys.ed25519("after");
        JwtAuthenticator authenticator = withSet(before);
        String old = Tokens.signed(before, "ada", Tokens.EVERYTHING, NOTHING_MORE);
        String fresh = Tokens.signed(after, "ada", Tokens.EVERYTHING, NOTHING_MORE);
        assertThat(refusal(authenticator, fresh)).contains("not signed by a known key");
        Files.writeString(folder.resolve("keys.json"), Keys.set(after));
        await().untilAsserted(() ->
                assertThat(accepted(authenticator, fresh).userId()).isEqualTo("ada"));
        assertThat(refusal(authenticator, old)).contains("not signed by a known key");
        Files.writeString(folder.resolve("keys.json"), "half a s");
        assertThat(accepted(authenticator, fresh).userId())
                .as("the previous keys stay in use")
                .isEqualTo("ada");
    }

    @Test
    void aSetWithoutAKeyForUsStopsTheStart() {
        JWK wrongUse = Keys.ec(null, Curve.P_384);
        assertThatThrownBy(() -> withSet(wrongUse))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no key for RS256, ES256 or EdDSA");
        assertThatThrownBy(() -> withSet(Keys.rsa(null, 1024))).hasMessageContaining("no key for");
        assertThatThrownBy(() -> withSet(new OctetSequenceKey.Builder(new byte[32]).build()))
                .as("a published secret is refused")
                .hasMessageContaining("no key for");
    }

    @Test
    void keysOfOthersInTheSetAreLeftToThem() throws Exception {
        JWK ours = Keys.ed25519("ours");
        String set = Keys.set(ours)
                .replace(
                        "\"keys\":[",
                        "\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-999\",\"x\":\"AA\",\"y\":\"AA\"},"
                                + "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"oth\":[{}]},{\"kty\":\"new\"},{},");
        Path file = Files.writeString(folder.resolve("keys.json"), set);
        JwtAuthenticator authenticator = with(Map.of("PRESENCE_JWT_JWKS", file.toString()));
        assertThat(accepted(authenticator, Tokens.signed(ours, "ada", Tokens.EVERYTHING, NOTHING_MORE))
                        .userId())
                .isEqualTo("ada");
    }

    @Test
    void aChangedSecretInAFileIsTaken() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), Tokens.SECRET + "\n");
        JwtAuthenticator authenticator = with(Map.of("PRESENCE_JWT_SECRET_FILE", file.toString()));
        assertThat(accepted(authenticator, Tokens.of("ada")).userId()).isEqualTo("ada");
        String next = "f".repeat(40);
        Files.writeString(file, next);
        JWK key = Tokens.secretKey(next);
        await().untilAsserted(() -> assertThat(
                        accepted(authenticator, Tokens.signed(key, "ada", Tokens.EVERYTHING, NOTHING_MORE))
                                .userId())
                .isEqualTo("ada"));
        assertThat(refusal(authenticator, Tokens.of("ada"))).contains("not signed by a known key");
    }

    // ---- tricks ----

    @Test
    void aTokenWithoutASignatureIsNone() throws Exception {
        String head = Base64URL.encode("{\"alg\":\"none\"}") + "." + Base64URL.encode(claims().toString()) + ".";
        assertThat(refusal(withSecret(), head)).isEqualTo("this is not a signed JSON Web Token");
        assertThat(refusal(withSet(Keys.ed25519(null)), head)).isEqualTo("this is not a signed JSON Web Token");
    }

    @Test
    void aPublicKeyIsNoSecret() throws Exception {
        JWK key = RSA;
        String pem = Keys.pem(key.toRSAKey().toPublicKey());
        Path file = Files.writeString(folder.resolve("key.pem"), pem);
        JwtAuthenticator authenticator = with(Map.of("PRESENCE_JWT_PUBLIC_KEY", file.toString()));
        for (byte[] secret :
                List.of(pem.getBytes(), key.toRSAKey().toPublicKey().getEncoded())) {
            JWK forged = new OctetSequenceKey.Builder(secret).build();
            assertThat(refusal(authenticator, Tokens.signed(forged, "ada", Tokens.EVERYTHING, NOTHING_MORE)))
                    .isEqualTo("the token is not signed by a known key");
        }
    }

    @Test
    void aSecretIsForHs256Alone() throws Exception {
        JWK key = Tokens.secretKey(Tokens.SECRET.repeat(2));
        JwtAuthenticator authenticator = with(Map.of("PRESENCE_JWT_SECRET", Tokens.SECRET.repeat(2)));
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
            assertThat(refusal(authenticator, Tokens.signed(key, new JWSHeader(algorithm), claims())))
                    .isEqualTo("the token is not signed by a known key");
        }
    }

    @Test
    void aKeyInTheTokenItselfProvesNothing() throws Exception {
        JWK own = Keys.ec(null, Curve.P_256);
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(own.toPublicJWK()).build();
        assertThat(refusal(withSet(Keys.ec(null, Curve.P_256)), Tokens.signed(own, header, claims())))
                .isEqualTo("the token is not signed by a known key");
    }

    @Test
    void criticalHeadersAreRefused() throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(JOSEObjectType.JWT)
                .criticalParams(Set.of("b64"))
                .build();
        assertThat(refusal(withSecret(), Tokens.signed(Tokens.secretKey(Tokens.SECRET), header, claims())))
                .contains("crit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bnVsbA.e30.AA",
                "",
                ".",
                "..",
                "a.b.c",
                "a.b.c.d",
                "e30.e30.",
                "e30.e30.e30",
                "\u0000",
                "Bearer x"
            })
    void malformedTokensAreRefused(String token) throws Exception {
        assertThat(refusal(withSecret(), token)).isEqualTo("this is not a signed JSON Web Token");
    }

    @Test
    void aTokenMadeToHurtIsRefused() throws Exception {
        assertThat(refusal(withSecret(), "x".repeat(JwtAuthenticator.MAX_TOKEN_CHARS + 1)))
                .isEqualTo("the token has more than 8192 characters");
        String deep = Base64URL.encode("[".repeat(5_000)).toString();
        assertThat(refusal(withSecret(), deep + ".e30.e30")).isEqualTo("this is not a signed JSON Web Token");
        String signed = Tokens.signed(Tokens.secretKey(Tokens.SECRET), new JWSHeader(JWSAlgorithm.HS256), claims());
        assertThat(refusal(withSecret(), signed.substring(0, signed.length() - 2)))
                .contains("not signed by a known key");
    }

    // ---- claims ----

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        Date end = new Date(nowMs / 1000 * 1000 + 60_000);
        JwtAuthenticator authenticator = withSecret();
        String token = hs256(claims -> claims.expirationTime(end));
        nowMs = end.getTime() + 4_999;
        assertThat(accepted(authenticator, token).userId()).isEqualTo("ada");
        nowMs = end.getTime() + 5_000;
        assertThat(refusal(authenticator, token)).isEqualTo("the token has expired");
        assertThat(refusal(authenticator, hs256(claims -> claims.expirationTime(null))))
                .isEqualTo("the token has no exp");
    }

    @Test
    void aTokenOfTomorrowIsRefused() throws Exception {
        Date begin = new Date(nowMs / 1000 * 1000 + 90_000);
        JwtAuthenticator authenticator = withSecret();
        String token = hs256(claims -> claims.notBeforeTime(begin));
        assertThat(refusal(authenticator, token)).isEqualTo("the token is not valid yet");
        nowMs = begin.getTime() - 5_000;
        assertThat(accepted(authenticator, token).userId()).isEqualTo("ada");
    }

    @Test
    void aTokenOfInAMomentIsToComeAgainThen() throws Exception {
        Date begin = new Date(nowMs / 1000 * 1000 + 10_000);
        nowMs = begin.getTime() - 8_000;
        CompletionStage<Identity> early = withSecret().authenticate(hs256(claims -> claims.notBeforeTime(begin)));
        assertThatThrownBy(() -> early.toCompletableFuture().join())
                .hasCauseInstanceOf(EarlyTokenException.class)
                .satisfies(e -> assertThat(((EarlyTokenException) e.getCause()).retryAfterMs())
                        .as("leeway included")
                        .isEqualTo(3_000));
        assertThat(refusal(
                        withSecret(),
                        hs256(claims -> claims.notBeforeTime(begin).subject(null))))
                .as("waiting would not help")
                .isEqualTo("the token has no sub");
    }

    @Test
    void aDisplayedClaimThatIsTooLongRefusesNoUser() throws Exception {
        try (LogCapture log = LogCapture.warnings()) {
            JwtAuthenticator authenticator = withSecret();
            String thai = "\u0e01".repeat(43);
            for (int i = 0; i < 2; i++) {
                Identity ada = accepted(
                        authenticator,
                        hs256(claims -> claims.claim("name", thai)
                                .claim("color", "x".repeat(129))
                                .claim("avatar_url", "https://a.example/" + "x".repeat(2_048))));
                assertThat(ada.profile()).isEqualTo(new Profile("ada", thai.substring(1), "", "", ""));
            }
            Identity fox =
                    accepted(authenticator, hs256(claims -> claims.claim("name", "a" + "\ud83e\udd8a".repeat(40))));
            assertThat(fox.profile().name()).as("no unpaired surrogate").isEqualTo("a" + "\ud83e\udd8a".repeat(31));
            assertThat(log.lines()).as("once for each claim").hasSize(3);
            Identity whole = accepted(authenticator, hs256(claims -> claims.claim("name", "x".repeat(128))));
            assertThat(whole.profile().name()).hasSize(128);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u001b[31m", "\u009b31m", "\u007f", "a\u2028b"})
    void aUserIdThatCannotBeBannedIsRefused(String subject) throws Exception {
        assertThat(refusal(withSecret(), hs256(claims -> claims.subject(subject))))
                .isEqualTo("the claim sub has a control character");
    }

    @Test
    void issuerAndAudienceAreChecked() throws Exception {
        JwtAuthenticator authenticator = with(Map.of(
                "PRESENCE_JWT_SECRET", Tokens.SECRET,
                "PRESENCE_JWT_ISSUER", "https://id.example",
                "PRESENCE_JWT_AUDIENCE", "boards, stage"));
        assertThat(accepted(
                                authenticator,
                                hs256(claims ->
                                        claims.issuer("https://id.example").audience(List.of("x", "stage"))))
                        .userId())
                .isEqualTo("ada");
        assertThat(refusal(authenticator, hs256(claims -> claims.issuer("https://id.example"))))
                .isEqualTo("the token is for another audience");
        assertThat(refusal(
                        authenticator,
                        hs256(claims -> claims.issuer("https://id.example").audience("shop"))))
                .isEqualTo("the token is for another audience");
        assertThat(refusal(
                        authenticator,
                        hs256(claims -> claims.issuer("https://evil.example").audience("boards"))))
                .isEqualTo("the token is from another issuer");
        assertThat(refusal(authenticator, hs256(claims -> claims.audience("boards"))))
                .isEqualTo("the token is from another issuer");
    }

    @Test
    void claimsThatCannotBeUsedAreRefused() throws Exception {
        JwtAuthenticator authenticator = withSecret();
        assertThat(refusal(authenticator, hs256(claims -> claims.subject(null))))
                .isEqualTo("the token has no sub");
        assertThat(refusal(authenticator, hs256(claims -> claims.subject("ü".repeat(65)))))
                .isEqualTo("the claim sub has more than 128 bytes");
        JWSObject half = new JWSObject(
                new JWSHeader(JWSAlgorithm.HS256),
                new Payload("{\"sub\":\"\\ud800\",\"exp\":" + (nowMs / 1000 + 60) + "}"));
        half.sign(new MACSigner(Tokens.SECRET));
        assertThat(refusal(authenticator, half.serialize())).isEqualTo("the claim sub has an unpaired surrogate");
        assertThat(refusal(authenticator, hs256(claims -> claims.claim("name", 7))))
                .isEqualTo("the token has a claim of the wrong type");
        assertThat(refusal(authenticator, hs256(claims -> claims.claim("boards", List.of("*")))))
                .isEqualTo("the token has a claim of the wrong type");
    }
}
