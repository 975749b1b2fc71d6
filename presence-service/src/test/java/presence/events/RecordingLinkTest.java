package presence.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import presence.board.spi.Inconsistency;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.model.BoardId;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.SegmentDelta;

class RecordingLinkTest {
    private final List<Change> reported = new ArrayList<>();

    private final EventStore store = new EventStore() {
        @Override
        public void append(Change change) {
            reported.add(change);
        }

        @Override
        public CompletionStage<Page> read(String after, int most) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<List<Inconsistency>> inspect() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<?> retire() {
            return CompletableFuture.completedStage(null);
        }
    };

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final BoardId board = new BoardId("b");
    private final RecordingLink link = new RecordingLink(
            new InMemoryBus(NodeId.random(), new InMemoryHub()).link(board, channel.eventLoop()),
            board,
            channel.eventLoop(),
            store,
            Set.of());
    private final Member joined =
            new Member(MemberId.random(), 1, Profile.EMPTY, Status.ACTIVE, PresenceState.EMPTY, 1, 1_000, KeyHash.NONE);

    private void publish(Member member) {
        link.publish(new SegmentDelta(List.of(member), Map.of()));
    }

    @Test
    void reportsAMemberAgainThatThisNodeTookBack() {
        publish(joined);
        // Another node has taken it over, and this one has it back before the other's take-over is here.
        Member back = joined.takenOver(1, Profile.EMPTY, Status.ACTIVE, PresenceState.EMPTY, 1L << 24);
        publish(back);
        assertThat(reported).extracting(Change::version).containsExactly(1L, back.version());
    }

    @Test
    void gathersChangesOfAMember() {
        publish(joined);
        publish(joined.withStatus(Status.BUSY));
        publish(joined.withStatus(Status.BUSY).withStatus(Status.ACTIVE));
        assertThat(reported).hasSize(1);
    }
}
