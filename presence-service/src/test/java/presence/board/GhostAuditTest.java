package presence.board;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.admin.GhostAudit;
import presence.model.AuditReport;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.Origin;

/** Makes every inconsistency an audit can find on a node by hand. */
class GhostAuditTest {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node node = cluster.newNode();
    private final List<Seat> held = new ArrayList<>();
    private final GhostAudit audit =
            new GhostAudit(node.boards, node.bus, this::held, node.loop.eventLoop(), node.metrics);
    private final Origin self = new Origin(node.bus.node(), 0);
    private FakeClient ada;
    private FakeClient bob;

    @BeforeEach
    void twoMembers() {
        ada = join("Ada");
        bob = join("Bob");
        cluster.settle();
        ada.news.clear();
        bob.news.clear();
    }

    private CompletionStage<Collection<Seat>> held() {
        return CompletableFuture.completedFuture(List.copyOf(held));
    }

    private FakeClient join(String name) {
        FakeClient client = node.join(name);
        held.add(client.seat);
        return client;
    }

    private Board board() {
        return node.boards.all().iterator().next();
    }

    private LocalMember member(FakeClient client) {
        return requireNonNull(client.seat.member);
    }

    /** Breaks something on the board's loop. */
    private void change(Runnable wrong) {
        node.loop.eventLoop().execute(() -> {
            wrong.run();
            board().flushes.request();
        });
        cluster.settle();
    }

    private AuditReport audit() {
        CompletionStage<AuditReport> report = audit.run();
        cluster.pass(2 * GhostAudit.PAUSE_MS);
        return report.toCompletableFuture().getNow(null);
    }

    private void assertFound(int ghosts, int missing) {
        AuditReport report = audit();
        assertThat(report.ghosts()).as("ghosts in %s", report).isEqualTo(ghosts);
        assertThat(report.missing()).as("missing in %s", report).isEqualTo(missing);
        assertThat(report.repaired()).hasSize(ghosts + missing);
        assertThat(node.count("presence.audit.ghosts")).isEqualTo(ghosts);
        assertThat(node.count("presence.audit.missing")).isEqualTo(missing);
        assertThat(node.count("presence.audit.repaired")).isEqualTo(ghosts + missing);
        assertThat(audit().repaired()).as("nothing is left to repair").isEmpty();
    }

    @Test
    void nothingIsFoundWhereAllIsWell() {
        FakeClient observer = node.observe();
        held.add(observer.seat);
        FakeClient gone = join("Gone");
        cluster.settle();
        gone.seat.lose();
        held.remove(gone.seat);
        AuditReport report = audit();
        assertThat(report).isEqualTo(new AuditReport(1, 0, 0, List.of()));
        assertThat(node.count("presence.audits")).isEqualTo(1);
    }

    @Test
    void aSeatWhoseConnectionVanishedIsLostAndItsMemberGoesAfterTheGrace() {
        held.remove(bob.seat);
        assertFound(1, 0);
        assertThat(ada.news).containsExactly("updated Bob away");
        cluster.pass(FakeCluster.GRACE_MS);
        assertThat(ada.news).containsExactly("updated Bob away", "left Bob TIMED_OUT");
    }

    @Test
    void aConnectionWhoseSeatTheBoardForgotStartsOver() {
        change(() -> board().lose(bob.seat));
        CompletionStage<AuditReport> report = audit.run();
        cluster.pass(2 * GhostAudit.PAUSE_MS);
        assertThat(report.toCompletableFuture().getNow(null).missing()).isEqualTo(1);
        assertThat(bob.complaints).containsExactly("started over: its board has no seat for it");
    }

    @Test
    void aMemberWithoutAConnectionOrAGracePeriodIsRemoved() {
        change(() -> member(bob).seat = null);
        assertFound(1, 0);
        assertThat(ada.news).containsExactly("left Bob TIMED_OUT");
    }

    @Test
    void aMemberThatFellOutOfTheRosterIsListedAgain() {
        change(() -> board().roster.remove(self, member(bob).id(), LeaveReason.LEFT));
        assertThat(ada.news).containsExactly("left Bob LEFT");
        assertFound(0, 1);
        assertThat(ada.news).containsExactly("left Bob LEFT", "joined Bob");
    }

    @Test
    void aListedMemberWithoutALocalMemberIsRemoved() {
        change(() -> board().roster.put(self, People.member(77, 77, "Ghost", Map.of(), 1)));
        assertThat(ada.news).containsExactly("joined Ghost");
        assertFound(1, 0);
        assertThat(ada.news).containsExactly("joined Ghost", "left Ghost TIMED_OUT");
    }

    @Test
    void aShownMemberThatHasLeftIsShownAsLeft() {
        Member ghost = People.member(77, 77, "Ghost", Map.of(), 1);
        change(() -> board().roster.put(self, ghost));
        change(() -> {
            board().roster.remove(self, ghost.id(), LeaveReason.LEFT);
            board().roster.takeDelta();
        });
        assertThat(ada.news).containsExactly("joined Ghost");
        assertFound(1, 0);
        assertThat(ada.news).containsExactly("joined Ghost", "left Ghost LEFT");
    }

    @Test
    void aListedMemberThatIsNotShownIsShown() {
        change(() -> board().slotTable
                .remove(requireNonNull(board().slotTable.get(member(bob).id()))));
        assertFound(0, 1);
        assertThat(ada.news).containsExactly("joined Bob");
    }

    @Test
    void aChangeInProgressIsNoInconsistency() {
        CompletionStage<AuditReport> report = audit.run();
        // Between the two inspections one member leaves and one joins.
        cluster.pass(GhostAudit.PAUSE_MS / 2);
        held.remove(bob.seat);
        bob.leave();
        join("Cleo");
        cluster.pass(2 * GhostAudit.PAUSE_MS);
        assertThat(report.toCompletableFuture().getNow(null).repaired()).isEmpty();
    }
}
