package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import presence.testing.LogCapture;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.random.Fuzz;
import presence.testing.random.Mutator;
import presence.testing.random.RandomFrames;

/**
 * A node under a stream of hostile connections: well-behaved clients on the same board see only visitors join and
 * leave.
 */
class HostileTrafficIT {
    private static final String BOARD = "calm";
    private static final int ATTACKERS = 8;
    private static final byte[] HANDSHAKE =
            ("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private static final List<byte[]> HTTP_WORDS = Stream.of(
                    "\r\n\r\n",
                    "\n",
                    ":",
                    "%00",
                    "Content-Length: 99\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "HTTP/9.9")
            .map(word -> word.getBytes(StandardCharsets.US_ASCII))
            .toList();
    private static final Mutator HANDSHAKES = new Mutator(random -> HANDSHAKE, HTTP_WORDS);
    private static final Mutator MESSAGES = new Mutator(RandomFrames::message, List.of());
    private static final Mutator STREAMS =
            new Mutator(random -> RandomFrames.stream(random, RandomFrames::message), List.of());

    private final AtomicInteger nextSeed = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger moves = new AtomicInteger();

    @Test
    void onlyHostileConnectionsAreClosed() throws Exception {
        int connections = Fuzz.inputs(1);
        try (LogCapture warnings = LogCapture.warnings();
                TestNode node = TestNode.start(Map.of("PRESENCE_GRACE_MS", "0", "PRESENCE_LINGER_SECONDS", "0"))) {
            // The warning that there is no authentication.
            warnings.clear();
            List<TestClient> people = IntStream.range(0, 4)
                    .mapToObj(i -> TestClient.join(node.ws(), BOARD, "Person " + i))
                    .toList();
            ScheduledExecutorService mover = Executors.newSingleThreadScheduledExecutor();
            mover.scheduleAtFixedRate(() -> move(people), 0, 20, TimeUnit.MILLISECONDS);
            attack(node, connections);
            mover.shutdown();
            assertThat(mover.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

            await("only the people are left")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(node.metric("presence_connections")).isEqualTo(people.size()));
            checkPeople(people);
            people.forEach(TestClient::close);
            // Unread leaks are reported when the garbage that leaked is collected and the next buffer is taken.
            System.gc();
            TestClient.join(node.ws(), BOARD, "Last").close();

            System.out.println("fuzzed connections: " + connections + ", answered: " + answered);
            assertThat(node.metric("presence_closed_total{reason=\"internal\"}"))
                    .isZero();
            assertThat(node.metric("presence_closed_total{reason=\"bad_frame\"}"))
                    .isPositive();
            assertThat(node.metric("presence_closed_total{reason=\"protocol_error\"}"))
                    .isPositive();
            assertThat(node.metric("presence_joins_total")).isGreaterThan(connections / 8.0);
            assertThat(answered.get()).isGreaterThan(connections / 2);
            assertThat(warnings.lines()).isEmpty();
        }
    }

    private void move(List<TestClient> people) {
        int step = moves.incrementAndGet();
        people.forEach(person -> person.cursor(step, -step));
    }

    /** All stay connected, received no invalid frame, and still see each other move. */
    private static void checkPeople(List<TestClient> people) {
        TreeSet<String> names = new TreeSet<>();
        IntStream.range(0, people.size()).forEach(i -> names.add("Person " + i));
        for (TestClient person : people) {
            person.awaitNames(names.toArray(new String[0]));
            person.cursor(7_000 + people.indexOf(person), 1);
        }
        for (TestClient person : people) {
            // No frame is sent to a client whose own position is all that it would tell.
            for (TestClient other : people.stream().filter(p -> p != person).toList()) {
                person.awaitCursor("Person " + people.indexOf(other), 7_000 + people.indexOf(other), 1);
            }
            assertThat(person.closeCode()).as("close code").isEqualTo(-1);
            assertThat(person.complaints()).isEmpty();
            assertThat(person.errors()).isEmpty();
            assertThat(person.returned()).isEmpty();
        }
    }

    private void attack(TestNode node, int connections) throws Exception {
        ExecutorService attackers = Executors.newFixedThreadPool(ATTACKERS);
        List<Future<?>> attacks = Stream.<Future<?>>generate(() -> attackers.submit(() -> {
                    for (int seed = nextSeed.incrementAndGet();
                            seed <= connections;
                            seed = nextSeed.incrementAndGet()) {
                        attackOnce(node, new Random(seed * 0x9E3779B97F4A7C15L));
                    }
                }))
                .limit(ATTACKERS)
                .toList();
        attackers.shutdown();
        for (Future<?> attack : attacks) {
            attack.get();
        }
    }

    private void attackOnce(TestNode node, Random random) {
        byte[] hostile = random.nextInt(3) == 0 ? HANDSHAKES.apply(random) : Fuzz.concat(HANDSHAKE, frames(random));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.publicPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            int cut = random.nextInt(hostile.length + 1);
            socket.getOutputStream().write(hostile, 0, cut);
            socket.getOutputStream().write(hostile, cut, hostile.length - cut);
            if (random.nextInt(8) == 0) {
                // Gone at once, with a reset.
                socket.setSoLinger(true, 0);
                return;
            }
            socket.shutdownOutput();
            if (socket.getInputStream().readAllBytes().length > 0) {
                answered.incrementAndGet();
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the node let a hostile connection be", e);
        } catch (IOException e) {
            // Closed while it was writing: expected.
            answered.incrementAndGet();
        }
    }

    private static byte[] frames(Random random) {
        byte[] joining = RandomFrames.joining(random, random.nextInt(4) == 0 ? BOARD : "board-" + random.nextInt(4));
        byte[] frames = random.nextBoolean() ? RandomFrames.stream(random, MESSAGES) : STREAMS.apply(random);
        return Fuzz.concat(random.nextInt(5) == 0 ? new byte[0] : joining, frames);
    }
}
