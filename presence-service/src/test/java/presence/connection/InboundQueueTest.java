package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import presence.security.UnauthorizedException;
import presence.wire.ClientEvent;

class InboundQueueTest {
    private final List<String> thrown = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            thrown.add(cause.getMessage());
        }
    });
    private final List<Object> read = new ArrayList<>();
    private final InboundQueue inbox = new InboundQueue(channel, this::take);
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private void take(ClientEvent event) {
        if (event.requestId() == 13) {
            throw new IllegalStateException("thirteen");
        }
        read.add(event.requestId());
    }

    private static ClientEvent frame(long id) {
        return new ClientEvent.Leave(id, 0);
    }

    private static ClientEvent cursor(long id, int board) {
        return new ClientEvent.Cursor(id, board, 0, 0, false);
    }

    private void awaitAnswer() {
        inbox.await(answer, (value, failure) -> read.add(failure == null ? value : failure.getMessage()));
    }

    private void answered() {
        answer.complete("answer");
        channel.runPendingTasks();
    }

    @Test
    void eventsBehindAPendingResultWait() {
        inbox.add(frame(1));
        awaitAnswer();
        inbox.add(frame(2));
        inbox.add(frame(3));
        assertThat(read).containsExactly(1L);
        assertThat(channel.config().isAutoRead()).isFalse();
        answered();
        inbox.add(frame(4));
        assertThat(read).containsExactly(1L, "answer", 2L, 3L, 4L);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void anAnswerThatIsThereAlreadyIsNotWaitedFor() {
        answer.complete("answer");
        awaitAnswer();
        inbox.add(frame(2));
        assertThat(read).containsExactly("answer", 2L);
    }

    @Test
    void aFailureIsAnAnswer() {
        awaitAnswer();
        answer.completeExceptionally(new UnauthorizedException("no"));
        channel.runPendingTasks();
        assertThat(read).containsExactly("no");
    }

    @Test
    void aWaitingEventMayWaitAgain() {
        CompletableFuture<String> second = new CompletableFuture<>();
        inbox.await(answer, (value, failure) -> inbox.await(second, (next, none) -> read.add(next)));
        inbox.add(frame(2));
        answered();
        assertThat(read).isEmpty();
        assertThat(inbox.isWaiting()).isTrue();
        second.complete("second");
        channel.runPendingTasks();
        assertThat(read).containsExactly("second", 2L);
    }

    @Test
    void afterTheEndNothingIsRead() {
        awaitAnswer();
        inbox.add(frame(2));
        inbox.close();
        answered();
        assertThat(read).isEmpty();
        assertThat(channel.config().isAutoRead()).as("for the reply to a close").isTrue();
    }

    @Test
    void aBacklogOfCursorsIsItsLast() {
        awaitAnswer();
        for (int i = 1; i <= 5_000; i++) {
            assertThat(inbox.add(cursor(i, 7))).isTrue();
        }
        inbox.add(cursor(5_001, 8));
        inbox.add(frame(5_002));
        answered();
        assertThat(read).containsExactly("answer", 5_000L, 5_001L, 5_002L);
    }

    @Test
    void theQueueIsBounded() {
        awaitAnswer();
        for (int i = 0; i < 1_024; i++) {
            assertThat(inbox.add(frame(i))).isTrue();
        }
        assertThat(inbox.add(frame(9_999))).isFalse();
    }

    @Test
    void aLaterExceptionReachesThePipeline() {
        awaitAnswer();
        inbox.add(frame(13));
        answered();
        assertThat(thrown).containsExactly("thirteen");
        assertThat(channel.config().isAutoRead()).isTrue();
    }
}
