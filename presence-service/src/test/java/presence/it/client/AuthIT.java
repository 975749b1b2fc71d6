package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.proto.Auth;
import presence.proto.Error;
import presence.proto.Heartbeat;
import presence.proto.Join;
import presence.proto.Lock;
import presence.proto.Member;
import presence.proto.Profile;
import presence.proto.ServerFrame;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.testing.client.TestClient;
import presence.testing.crypto.Keys;
import presence.testing.crypto.Tokens;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;

/** Which tokens are accepted, and which rights they grant. */
class AuthIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int UNAUTHORIZED = 4401;
    private static final int FORBIDDEN = 4403;
    private static final Map<String, String> SETTINGS = Map.of(
            "PRESENCE_AUTH", "jwt",
            "PRESENCE_JWT_SECRET", Tokens.SECRET,
            "PRESENCE_JWT_AUDIENCE", "boards",
            "PRESENCE_JWT_LEEWAY_SECONDS", "0",
            "PRESENCE_GRACE_MS", "0",
            "PRESENCE_HEARTBEAT_MS", "4000");

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start(SETTINGS);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String token(String user, Map<String, Object> boards) {
        return Tokens.of(user, boards, claims -> claims.audience("boards"));
    }

    private static String token(String user) {
        return token(user, Tokens.EVERYTHING);
    }

    /** The message of the error before the connection was closed. */
    private static String refusal(TestClient client) {
        assertThat(client.awaitClose()).isEqualTo(UNAUTHORIZED);
        Error error = client.errors().get(client.errors().size() - 1);
        assertThat(error.getCode()).isEqualTo("unauthorized");
        return error.getMessage();
    }

    private static Error nextError(TestClient client) {
        client.await("an error", () -> !client.errors().isEmpty());
        return client.errors().get(0);
    }

    private static void awaitAnswer(TestClient client) {
        client.send(frame -> frame.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1)));
        client.await("an answer", () -> client.frames().stream().anyMatch(frame -> frame.hasHeartbeatAck()));
    }

    // ---- where a handshake carries its token ----

    /** Where a handshake may carry its token. */
    enum Place {
        HEADER {
            @Override
            TestClient connect(URI uri, String token) {
                return TestClient.connect(uri, token);
            }
        },
        SUBPROTOCOL {
            @Override
            TestClient connect(URI uri, String token) {
                return TestClient.connect(uri, HTTP, builder -> builder.subprotocols("presence.v1", "bearer." + token));
            }
        },
        QUERY {
            @Override
            TestClient connect(URI uri, String token) {
                return TestClient.connect(URI.create(uri + "?x=1&token=" + token), HTTP, builder -> {});
            }
        },
        FIRST_FRAME {
            @Override
            TestClient connect(URI uri, String token) {
                TestClient client = TestClient.connect(uri);
                client.send(frame -> frame.setAuth(Auth.newBuilder().setToken(token)));
                return client;
            }
        };

        abstract TestClient connect(URI uri, String token);
    }

    @ParameterizedTest
    @EnumSource
    void aTokenIsTakenFromWhereverItIs(Place place) {
        try (TestClient ada = place.connect(node.ws(), token("ada"))) {
            ada.join("places", "Ada");
            ada.awaitNames("Ada");
            assertThat(ada.self().getProfile().getUserId()).isEqualTo("ada");
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBadTokenIsRefusedWhereverItIs(Place place) {
        try (TestClient eve = place.connect(node.ws(), token("ada") + "x")) {
            assertThat(refusal(eve)).isEqualTo("the token is not signed by a known key");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bnVsbA.e30.AA",
                "eyJhbGciOiJSUzI1NiIsImp3ayI6eyJrdHkiOiJSU0EiLCJuIjoiQVFBQiIsImUiOiJBUUFCIiwib3RoIjpbe31dfX0.e30.AA"
            })
    void aTokenThatTripsTheLibraryIsOnlyABadToken(String token) {
        for (Place place : Place.values()) {
            try (TestClient eve = place.connect(node.ws(), token)) {
                assertThat(refusal(eve)).isEqualTo("this is not a signed JSON Web Token");
            }
        }
        await().untilAsserted(
                        () -> assertThat(node.metric("presence_connections")).isZero());
        assertThat(node.metric("presence_closed_total{reason=\"internal\"}")).isZero();
    }

    @Test
    void tokensAreNotCheckedWithoutEnd() {
        try (TestClient ada = TestClient.connect(node.ws(), token("ada"))) {
            for (int i = 0; i < 5; i++) {
                ada.send(frame -> frame.setAuth(Auth.newBuilder().setToken(token("ada"))));
            }
            assertThat(nextError(ada).getCode()).isEqualTo("rate_limited");
            assertThat(nextError(ada).getMessage()).isEqualTo("more than 1 token a second");
            assertThat(ada.closeCode()).isEqualTo(-1);
        }
    }

    @Test
    void withoutATokenNothingIsDone() {
        try (TestClient eve = TestClient.connect(node.ws())) {
            eve.join("places", "Eve");
            assertThat(refusal(eve)).isEqualTo("a token is needed first");
        }
    }

    // ---- tokens × boards × rights ----

    @ParameterizedTest
    @CsvSource({
        // rights, board, join, observe, signal
        "'join,observe,signal', team/a, true, true, true",
        "'join', team/a, true, true, false",
        "'observe', team/a, false, true, false",
        "'signal', team/a, false, false, false",
        "'join,signal', team/a, true, true, true",
        "'', team/a, false, false, false",
        "'join,observe,signal', other/a, false, false, false",
        "'join,observe,signal', team, false, false, false",
    })
    void aTokenAllowsWhatItSaysWhereItSays(String rights, String board, boolean join, boolean observe, boolean signal) {
        String token = token("ada", Map.of("team/*", List.of(rights.split(","))));
        assertThat(mayEnter(token, board, false)).as("join").isEqualTo(join);
        assertThat(mayEnter(token, board, true)).as("observe").isEqualTo(observe);
        if (join) {
            assertThat(maySignal(token, board)).as("signal").isEqualTo(signal);
        }
    }

    private static boolean mayEnter(String token, String board, boolean observer) {
        try (TestClient client = TestClient.connect(node.ws(), token)) {
            client.send(frame ->
                    frame.setId(5).setJoin(Join.newBuilder().setBoard(board).setObserver(observer)));
            client.await(
                    "an answer", () -> client.isComplete() || !client.errors().isEmpty());
            if (!client.isComplete()) {
                assertThat(client.errors().get(0).getCode()).isEqualTo("forbidden");
                assertThat(client.errors().get(0).getInReplyTo()).isEqualTo(5);
                assertThat(client.closeCode()).as("the connection stays").isEqualTo(-1);
            }
            return client.isComplete();
        }
    }

    private static boolean maySignal(String token, String board) {
        try (TestClient client = TestClient.connect(node.ws(), token);
                TestClient friend = TestClient.connect(node.ws(), token("bob"))) {
            friend.join(board, "Bob");
            client.join(board, "Ada");
            client.await("both", () -> client.names().size() == 2);
            client.send(frame -> frame.setSignal(SignalSend.newBuilder().setType("wave")));
            awaitAnswer(client);
            if (client.errors().isEmpty()) {
                friend.await("the signal", () -> !friend.signals().isEmpty());
                return true;
            }
            assertThat(nextError(client).getCode()).isEqualTo("forbidden");
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"'join,lock', true", "'join,signal', false"})
    void locksNeedTheirRight(String rights, boolean may) {
        String token = token("ada", Map.of("team/*", List.of(rights.split(","))));
        try (TestClient client = TestClient.connect(node.ws(), token)) {
            client.join("team/locks", "Ada");
            client.await("the roster", client::isComplete);
            client.send(frame -> frame.setId(7).setLock(Lock.newBuilder().setName("shape")));
            client.await(
                    "an answer",
                    () -> !client.errors().isEmpty() || client.frames().stream().anyMatch(ServerFrame::hasLockResult));
            assertThat(client.errors().isEmpty()).isEqualTo(may);
            if (!may) {
                assertThat(nextError(client).getCode()).isEqualTo("forbidden");
            }
        }
    }

    @Test
    void aWrongAudienceIsRefused() {
        try (TestClient eve =
                TestClient.connect(node.ws(), Tokens.of("eve", Tokens.EVERYTHING, claims -> claims.audience("shop")))) {
            assertThat(refusal(eve)).isEqualTo("the token is for another audience");
        }
    }

    // ---- time ----

    private static JWTClaimsSet.Builder endingIn(JWTClaimsSet.Builder claims, long seconds) {
        return claims.audience("boards").expirationTime(Date.from(Instant.now().plusSeconds(seconds)));
    }

    @Test
    void anExpiredTokenIsRefused() {
        try (TestClient late =
                TestClient.connect(node.ws(), Tokens.of("ada", Tokens.EVERYTHING, claims -> endingIn(claims, -1)))) {
            assertThat(refusal(late)).isEqualTo("the token has expired");
        }
    }

    @Test
    void whoseTokenExpiresIsClosed() {
        try (TestClient ada =
                TestClient.connect(node.ws(), Tokens.of("ada", Tokens.EVERYTHING, claims -> endingIn(claims, 5)))) {
            ada.join("expiry", "Ada");
            ada.awaitNames("Ada");
            assertThat(refusal(ada)).isEqualTo("the token has expired");
        }
    }

    @Test
    void aFreshTokenInTimeKeepsTheConnection() {
        try (TestClient ada = TestClient.connect(
                        node.ws(), Tokens.of("ada", Tokens.EVERYTHING, claims -> endingIn(claims, 5)));
                TestClient bob = TestClient.connect(
                        node.ws(), Tokens.of("bob", Tokens.EVERYTHING, claims -> endingIn(claims, 5)))) {
            ada.join("expiry", "Ada");
            ada.awaitNames("Ada");
            ada.send(frame -> frame.setAuth(Auth.newBuilder().setToken(token("ada"))));
            // By then her first token has expired, too.
            assertThat(refusal(bob)).isEqualTo("the token has expired");
            awaitAnswer(ada);
            assertThat(ada.closeCode()).isEqualTo(-1);
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    void aFreshTokenIsTheSameUsers() {
        try (TestClient ada = TestClient.connect(node.ws(), token("ada"))) {
            ada.send(frame -> frame.setAuth(Auth.newBuilder().setToken(token("bob"))));
            assertThat(refusal(ada)).isEqualTo("the token is for another user than the one before");
        }
    }

    @Test
    void aFreshTokenMayTakeRightsAway() {
        try (TestClient ada = TestClient.connect(node.ws(), token("ada"))) {
            ada.join("taken-away", "Ada");
            ada.awaitNames("Ada");
            ada.send(frame ->
                    frame.setAuth(Auth.newBuilder().setToken(token("ada", Map.of("taken-*", List.of("observe"))))));
            assertThat(ada.awaitClose()).isEqualTo(FORBIDDEN);
        }
    }

    // ---- identity ----

    @Test
    void theTokenOverridesWhatTheClientSays() {
        String token = Tokens.of(
                "ada", Tokens.EVERYTHING, claims -> claims.audience("boards").claim("name", "Ada L."));
        Profile lie = Profile.newBuilder()
                .setUserId("boss")
                .setName("Boss")
                .setColor("red")
                .build();
        try (TestClient ada = TestClient.connect(node.ws(), token);
                TestClient bob = TestClient.connect(node.ws(), token("bob"))) {
            bob.join("override", "Bob");
            ada.send(frame ->
                    frame.setJoin(Join.newBuilder().setBoard("override").setProfile(lie)));
            bob.awaitNames("Ada L.", "Bob");
            assertThat(bob.member("Ada L.").getProfile())
                    .isEqualTo(
                            lie.toBuilder().setUserId("ada").setName("Ada L.").build());
            ada.send(frame -> frame.setState(
                    StatePatch.newBuilder().setProfile(lie.toBuilder().setColor("blue"))));
            bob.await(
                    "the new colour",
                    () -> bob.member("Ada L.").getProfile().getColor().equals("blue"));
            assertThat(bob.member("Ada L.").getProfile().getUserId()).isEqualTo("ada");
        }
    }

    @Test
    void aResumeKeyIsOfNoUseToAnotherUser() {
        try (TestClient ada = TestClient.connect(node.ws(), token("ada"));
                TestClient bob = TestClient.connect(node.ws(), token("bob"))) {
            ada.join("stolen", "Ada");
            ada.await("roster", ada::isComplete);
            Member before = ada.self();
            bob.send(frame -> frame.setJoin(Join.newBuilder()
                    .setBoard("stolen")
                    .setResumeKey(ada.roster().getResumeKey())));
            bob.await("roster", bob::isComplete);
            assertThat(bob.self().getMemberId()).isNotEqualTo(before.getMemberId());
            assertThat(bob.self().getProfile().getUserId()).isEqualTo("bob");
            awaitAnswer(ada);
            assertThat(ada.closeCode()).isEqualTo(-1);
        }
    }

    @Test
    void anEarlyTokenIsRetriedAndALongNameRefusesNoUser() {
        Date soon = new Date(System.currentTimeMillis() + 20_000);
        String early = Tokens.of(
                "ada", Tokens.EVERYTHING, claims -> claims.audience("boards").notBeforeTime(soon));
        String longName = Tokens.of(
                "bob", Tokens.EVERYTHING, claims -> claims.audience("boards").claim("name", "\u0e01".repeat(43)));
        try (TestClient ada = TestClient.connect(node.ws(), early);
                TestClient bob = TestClient.connect(node.ws(), longName)) {
            assertThat(ada.awaitClose())
                    .as("a close after which clients come back")
                    .isEqualTo(4429);
            assertThat(ada.errors()).singleElement().satisfies(error -> {
                assertThat(error.getCode()).isEqualTo("unauthorized");
                assertThat(error.getMessage()).isEqualTo("the token is not valid yet");
                assertThat(error.getRetryAfterMs()).isBetween(1, 20_000);
            });
            bob.join("long", "Bob");
            bob.await("roster", bob::isComplete);
            assertThat(bob.self().getProfile().getName()).isEqualTo("\u0e01".repeat(42));
            // A fresh token that is early does not end a connection that has another.
            bob.send(frame -> frame.setAuth(Auth.newBuilder()
                    .setToken(Tokens.of(
                            "bob",
                            Tokens.EVERYTHING,
                            claims -> claims.audience("boards").notBeforeTime(soon)))));
            bob.await("the refusal", () -> !bob.errors().isEmpty());
            assertThat(bob.closeCode()).isEqualTo(-1);
        }
    }

    // ---- keys from a URL ----

    @Test
    void aRotatedKeyIsFetchedWhenItIsFirstSeen() throws IOException {
        JWK before = Keys.ec("before", Curve.P_256);
        JWK after = Keys.rsa("after", 2048);
        AtomicInteger asked = new AtomicInteger();
        String[] published = {Keys.set(before)};
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = published[0].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
        Map<String, String> settings = Map.of(
                "PRESENCE_AUTH",
                "jwt",
                "PRESENCE_JWT_JWKS",
                "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        try (TestNode other = TestNode.start(settings)) {
            try (TestClient ada = TestClient.connect(other.ws(), signed(before))) {
                awaitAnswer(ada);
            }
            assertThat(asked).as("fetched once for all tokens of a known key").hasValue(1);
            published[0] = Keys.set(after);
            // Not fetched again within 5 s of the last fetch: until then the token waits.
            assertThat(isAccepted(other, signed(after)))
                    .as("the new key, fetched then")
                    .isTrue();
            assertThat(asked).hasValue(2);
            assertThat(isAccepted(other, signed(before))).as("the old key").isFalse();
        } finally {
            issuer.stop(0);
        }
    }

    private static String signed(JWK key) {
        return Tokens.signed(key, "ada", Tokens.EVERYTHING, claims -> {});
    }

    private static boolean isAccepted(TestNode at, String token) {
        try (TestClient ada = TestClient.connect(at.ws(), token)) {
            // Sent after the token and answered after it, however long the fetch of the key takes.
            ada.send(frame -> frame.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1)));
            ada.await(
                    "an answer",
                    () -> ada.closeCode() >= 0 || ada.frames().stream().anyMatch(frame -> frame.hasHeartbeatAck()));
            return ada.closeCode() < 0;
        }
    }

    // ---- for operators ----

    @Test
    void tokensAndSecretsAreInNoLog() {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("LOG_LEVEL", "trace");
        String good = token("ada");
        String bad = token("ada") + "x";
        try (NodeProcess loud = NodeProcess.start(settings)) {
            for (Place place : Place.values()) {
                try (TestClient ada = place.connect(loud.ws(), good);
                        TestClient eve = place.connect(loud.ws(), bad)) {
                    awaitAnswer(ada);
                    assertThat(eve.awaitClose()).isEqualTo(UNAUTHORIZED);
                }
            }
            assertThat(loud.log())
                    .contains("the token is not signed by a known key")
                    .doesNotContain(good.substring(good.lastIndexOf('.') + 1))
                    .doesNotContain(Tokens.SECRET)
                    .doesNotContain("no authentication");
            assertThat(loud.metric("presence_closed_total{reason=\"unauthorized\"}"))
                    .isEqualTo(Place.values().length);
        }
    }

    @Test
    void withoutAuthenticationTheLogSaysSo() {
        try (NodeProcess open = NodeProcess.start(Map.of())) {
            assertThat(open.log().lines().filter(line -> line.contains("no authentication: ")))
                    .singleElement()
                    .asString()
                    .contains("WARN")
                    .contains("PRESENCE_AUTH=jwt");
        }
    }
}
