package presence.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

/** Runs on simulated time and a loop that the test steps. */
class AgentLookupTest {
    private static final BoardId BOARD = new BoardId("b");
    private static final KeyHash KEY = KeyHash.of(new byte[] {1});
    private static final MemberId ID = KEY.memberId();

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private long nowMs;
    /** Empty: the node does not follow the board. */
    private Optional<List<Member>> shown = Optional.of(List.of());

    AgentLookupTest() {
        loop.freezeTime();
    }

    private static Member member(long version) {
        return new Member(ID, 1, Profile.EMPTY, Status.ACTIVE, PresenceState.of(Map.of()), version, 0, KEY);
    }

    private void shows(long version) {
        shown = Optional.of(List.of(member(version)));
    }

    private CompletableFuture<AgentLookup.Found> find(CompletionStage<Optional<Member>> stored) {
        AgentLookup lookup =
                new AgentLookup(board -> CompletableFuture.completedStage(shown), (board, id) -> stored, () -> nowMs);
        CompletableFuture<AgentLookup.Found> found =
                lookup.find(loop.eventLoop(), BOARD, ID).toCompletableFuture();
        pass(0);
        return found;
    }

    private CompletableFuture<AgentLookup.Found> findStored(Member... stored) {
        return find(CompletableFuture.completedStage(
                Optional.of(List.of(stored)).flatMap(all -> all.stream().findAny())));
    }

    private void pass(long ms) {
        nowMs += ms;
        loop.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        loop.runPendingTasks();
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
    }

    @Test
    void waitsUntilTheBoardHasHeardOfWhatIsStored() {
        shows(4);
        CompletableFuture<AgentLookup.Found> found = findStored(member(5));
        assertThat(found).isNotDone();
        pass(10);
        assertThat(found).isNotDone();
        shows(6);
        pass(10);
        assertThat(found).isCompletedWithValue(new AgentLookup.Found(true, 6));
    }

    @Test
    void countsWhatIsStoredIfTheBoardHearsNothing() {
        CompletableFuture<AgentLookup.Found> found = findStored(member(5));
        assertThat(found).isNotDone();
        pass(1_000);
        assertThat(found).isCompletedWithValue(new AgentLookup.Found(true, 5));
    }

    @Test
    void waitsUntilTheBoardHasHeardOfAnEnd() {
        shows(4);
        CompletableFuture<AgentLookup.Found> found = findStored();
        assertThat(found).isNotDone();
        shown = Optional.of(List.of());
        pass(10);
        assertThat(found).isCompletedWithValue(new AgentLookup.Found(false, 0));
    }

    @Test
    void takesAMemberOfANodeThatIsDyingForOneThatExists() {
        shows(4);
        CompletableFuture<AgentLookup.Found> found = findStored();
        pass(500);
        assertThat(found).isCompletedWithValue(new AgentLookup.Found(true, 4));
    }

    @Test
    void needsNoBoardThatThisNodeFollows() {
        shown = Optional.empty();
        assertThat(findStored(member(5))).isCompletedWithValue(new AgentLookup.Found(true, 5));
        assertThat(findStored()).isCompletedWithValue(new AgentLookup.Found(false, 0));
    }

    @Test
    void withoutTheStoreOnlyAFollowedBoardAnswers() {
        CompletionStage<Optional<Member>> failed = CompletableFuture.failedStage(new IllegalStateException("no Redis"));
        shows(4);
        assertThat(find(failed)).isCompletedWithValue(new AgentLookup.Found(true, 4));
        shown = Optional.empty();
        CompletableFuture<AgentLookup.Found> unknown = find(failed);
        assertThatThrownBy(unknown::join).hasRootCauseMessage("no Redis");
    }
}
