package presence.cluster.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Digest;
import presence.proto.Envelope;

class OriginGateTest {
    private final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    private final Map<NodeId, Long> leases = new HashMap<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Long> passed = new ArrayList<>();
    private final List<Origin> incomplete = new ArrayList<>();
    /** Pending replies; null: reply at once. */
    private @Nullable List<Runnable> answers;

    private boolean refused;
    private int lookups;
    private final OriginGate gate =
            new OriginGate(this::lease, () -> refused, (task, delay) -> tasks.add(task), incomplete::add, metrics);

    private CompletionStage<@Nullable Long> lease(NodeId node) {
        lookups++;
        List<Runnable> waiting = answers;
        if (waiting == null) {
            return CompletableFuture.completedStage(leases.get(node));
        }
        CompletableFuture<@Nullable Long> answer = new CompletableFuture<>();
        waiting.add(() -> answer.complete(leases.get(node)));
        return answer;
    }

    private void publish(NodeId node, long inc, long seq) {
        gate.admit(
                Envelope.newBuilder()
                        .setNode(node.toString())
                        .setInc(inc)
                        .setDigest(Digest.newBuilder().setSeq(seq))
                        .build(),
                (sender, envelope) -> passed.add(envelope.getDigest().getSeq()));
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void anOriginIsLookedUpOnceAndStaysKnownWithoutItsLease() {
        NodeId node = NodeId.random();
        leases.put(node, 3L);
        publish(node, 3, 1);
        leases.clear();
        publish(node, 3, 2);
        publish(node, 2, 3);
        assertThat(passed).containsExactly(1L, 2L, 3L);
        assertThat(lookups).isEqualTo(1);
    }

    @Test
    void envelopesDuringALookupAreHeldAndDeliveredInOrder() {
        NodeId node = NodeId.random();
        answers = new ArrayList<>();
        publish(node, 0, 1);
        publish(node, 0, 2);
        assertThat(passed).isEmpty();
        leases.put(node, 0L);
        answers.forEach(Runnable::run);
        publish(node, 0, 3);
        assertThat(passed).containsExactly(1L, 2L, 3L);
        assertThat(lookups).isEqualTo(1);
    }

    @Test
    void aLeaseThatComesAMomentLaterIsWaitedForAndOneThatNeverComesIsNot() {
        NodeId late = NodeId.random();
        leases.put(late, 0L);
        publish(late, 1, 1);
        assertThat(passed).isEmpty();
        leases.put(late, 1L);
        runTasks();
        assertThat(passed).containsExactly(1L);

        NodeId never = NodeId.random();
        publish(never, 0, 2);
        publish(never, -1, 3);
        runTasks();
        assertThat(passed).containsExactly(1L);
        assertThat(metrics.envelopesUnbacked.count()).isEqualTo(1);
        leases.put(never, 0L);
        publish(never, 0, 4);
        assertThat(passed).containsExactly(1L, 4L);
    }

    @Test
    void manyInventedOriginsTakeBoundedRoomAndKeepNoOtherOut() {
        answers = new ArrayList<>();
        for (int i = 0; i < 2 * OriginGate.MAX_PENDING; i++) {
            publish(NodeId.random(), 0, i);
        }
        assertThat(answers).hasSize(OriginGate.MAX_PENDING);
        assertThat(metrics.envelopesUnbacked.count()).isEqualTo(OriginGate.MAX_PENDING);
        List<Runnable> asked = answers;
        answers = null;
        asked.forEach(Runnable::run);
        // With so many pending, half are not looked up again, and their places are free.
        assertThat(tasks).hasSize(OriginGate.MAX_PENDING / 2);
        NodeId honest = NodeId.random();
        leases.put(honest, 0L);
        publish(honest, 0, 7);
        assertThat(passed).containsExactly(7L);
    }

    @Test
    void anOriginWithMoreEnvelopesThanCanBeHeldIsReadAgain() {
        NodeId node = NodeId.random();
        answers = new ArrayList<>();
        for (int i = 0; i <= OriginGate.MAX_HELD; i++) {
            publish(node, 0, i);
        }
        leases.put(node, 0L);
        answers.forEach(Runnable::run);
        assertThat(passed).hasSize(OriginGate.MAX_HELD);
        assertThat(incomplete).containsExactly(new Origin(node, 0));
    }

    @Test
    void whileWritesAreRefusedABoundedNumberPassesUntilTheyAreTakenAgain() {
        refused = true;
        NodeId first = NodeId.random();
        publish(first, 0, 1);
        assertThat(passed).containsExactly(1L);
        for (int i = 0; i < 2 * OriginGate.MAX_UNBACKED; i++) {
            publish(NodeId.random(), 0, 2);
            runTasks();
        }
        assertThat(passed).hasSize(OriginGate.MAX_UNBACKED);
        refused = false;
        gate.forgetUnbacked();
        publish(first, 0, 3);
        runTasks();
        assertThat(passed).doesNotContain(3L);
    }

    @Test
    void aNodeThatIsGoneIsLookedUpAnew() {
        NodeId node = NodeId.random();
        leases.put(node, 0L);
        publish(node, 0, 1);
        leases.clear();
        gate.forget(node);
        publish(node, 0, 2);
        runTasks();
        assertThat(passed).containsExactly(1L);
    }
}
