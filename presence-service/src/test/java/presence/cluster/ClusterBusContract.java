package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ModerationBus;
import presence.board.spi.SummaryReader;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.lock.LockLimits;
import presence.lock.LockLink;
import presence.lock.LockRequest;
import presence.model.Ban;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.model.CursorColumns;
import presence.model.KeyHash;
import presence.model.Kick;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.SegmentDelta;

/** Contract of every {@link ClusterBus}. */
public abstract class ClusterBusContract {
    private final BoardId board = new BoardId("contract-" + UUID.randomUUID());
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<ClusterBus> buses = new ArrayList<>();

    /** Makes a bus of another node, in one cluster with all others made by the same test. */
    abstract ClusterBus newBus();

    /** One node's end of the board. */
    final class Side {
        final ClusterBus bus = newBus();
        final EventLoop loop = new DefaultEventLoop();
        final RecordingFeed feed = new RecordingFeed(bus.node());
        final BoardLink link = bus.link(board, loop);

        Side() {
            buses.add(bus);
            loops.add(loop);
        }

        BoardId board() {
            return board;
        }

        Side follow() {
            on(link -> link.follow(feed));
            return this;
        }

        void on(Consumer<BoardLink> action) {
            loop.submit(() -> action.accept(link)).syncUninterruptibly();
        }

        Member join(String name) {
            return join(member(name, 1));
        }

        Member join(Member member) {
            on(link -> {
                feed.putLocally(member);
                link.publish(new SegmentDelta(List.of(member), Map.of()));
            });
            return member;
        }

        void leave(Member member) {
            on(link -> {
                feed.removeLocally(member.id());
                link.publish(new SegmentDelta(List.of(), Map.of(member.id(), LeaveReason.LEFT)));
            });
        }

        void awaitNames(String... names) {
            await("names at " + bus.node())
                    .untilAsserted(() -> assertThat(feed.names()).containsExactlyInAnyOrder(names));
        }
    }

    public static Member member(String name, int slot) {
        return new Member(
                MemberId.random(),
                slot,
                new Profile("user-" + name, name, "#123456", "", "desktop"),
                Status.BUSY,
                PresenceState.of(Map.of("tool", "pen".getBytes(StandardCharsets.UTF_8))),
                1,
                1_700_000_000_000L,
                KeyHash.of(name.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        buses.forEach(ClusterBus::close);
        loops.forEach(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly());
    }

    @Test
    void aJoinReachesThoseWhoFollow() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Ada");
        two.join("Bob");
        one.awaitNames("Ada", "Bob");
        two.awaitNames("Ada", "Bob");
    }

    @Test
    void aNodeThatOpensABoardLaterReadsItsMembers() {
        Side one = new Side().follow();
        one.join("Ada");
        one.join("Cleo");
        Side two = new Side().follow();
        two.awaitNames("Ada", "Cleo");
    }

    @Test
    void segmentsArriveBeforeOnSynced() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Ada");
        two.awaitNames("Ada");
        Side three = new Side().follow();
        await().until(() -> three.feed.synced() > 0);
        assertThat(three.feed.namesWhenSynced()).containsExactly("Ada");
    }

    @Test
    void allOfAMemberArrives() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Member ada = one.join("Ada");
        two.awaitNames("Ada");
        assertThat(two.feed.member(ada.id())).isEqualTo(ada);
    }

    @Test
    void whatIsStoredIsReadByAnotherNodeAtOnce() {
        Side one = new Side().follow();
        ClusterBus other = new Side().bus;
        Member first = one.join("ada");
        // The other node may not know this one yet.
        await().until(() -> stored(other, first.id()) != null);
        Member latest = first;
        for (int i = 0; i < 40; i++) {
            Member next = latest.withStatus(i % 2 == 0 ? Status.BUSY : Status.IDLE);
            storedBy(one, () -> one.join(next));
            latest = next;
            assertThat(stored(other, first.id())).isEqualTo(next);
        }
        Member last = latest;
        storedBy(one, () -> one.leave(last));
        assertThat(stored(other, first.id())).isNull();
        assertThat(stored(other, MemberId.random())).isNull();
    }

    /** Runs a change and waits until it is stored. */
    static void storedBy(Side side, Runnable change) {
        change.run();
        CompletableFuture<Object> done = new CompletableFuture<>();
        side.on(link -> link.stored().thenRun(() -> done.complete(side.loop.inEventLoop())));
        assertThat(done.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(true);
    }

    final @Nullable Member stored(ClusterBus bus, MemberId id) {
        return bus.directory()
                .member(board, id)
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .join()
                .orElse(null);
    }

    @Test
    void aLeaveReachesThoseWhoFollow() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Member ada = one.join("Ada");
        one.join("Cleo");
        two.awaitNames("Ada", "Cleo");
        one.leave(ada);
        two.awaitNames("Cleo");
    }

    @Test
    void anUpdateReplacesTheMember() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Member ada = one.join("Ada");
        two.awaitNames("Ada");
        Member renamed =
                ada.withPatch(new Profile("user-Ada", "Lovelace", "", "", ""), Status.AWAY, PresenceState.EMPTY);
        one.on(link -> {
            one.feed.putLocally(renamed);
            link.publish(new SegmentDelta(List.of(renamed), Map.of()));
        });
        two.awaitNames("Lovelace");
    }

    @Test
    void cursorsReachTheOthersAndNotTheSender() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Ada");
        two.awaitNames("Ada");
        CursorColumns moved = new CursorColumns();
        moved.add(1, 160, -320, false, 3);
        moved.add(7, 0, 5, true, 0);
        one.on(link -> link.cursors(1, moved));
        await().untilAsserted(() -> assertThat(two.feed.cursors()).containsExactly("1:160,-320", "7:0,5 hidden"));
        assertThat(one.feed.cursors()).isEmpty();
    }

    @Test
    void theNumberOfObserversReachesThoseWhoFollowAndThoseWhoFollowLater() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.on(link -> link.observers(2));
        one.on(link -> link.observers(3));
        await().untilAsserted(() -> assertThat(two.feed.observers()).isEqualTo(Map.of(one.bus.node(), 3)));
        Side three = new Side().follow();
        await().untilAsserted(() -> assertThat(three.feed.observers()).isEqualTo(Map.of(one.bus.node(), 3)));
        assertThat(one.feed.observers()).isEmpty();
        one.on(link -> link.observers(0));
        await().untilAsserted(() -> {
            assertThat(two.feed.observers()).isEmpty();
            assertThat(three.feed.observers()).isEmpty();
        });
    }

    @Test
    void sumsOfReactionsReachTheOthersOnce() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Side three = new Side().follow();
        // Nodes accept messages of nodes that have members or observers.
        one.join("Ada");
        two.awaitNames("Ada");
        three.awaitNames("Ada");
        one.on(link -> link.reactions(Map.of("heart", 2, "wave", 1)));
        one.on(link -> link.reactions(Map.of("heart", 3)));
        await().untilAsserted(() -> {
            assertThat(two.feed.reactions()).isEqualTo(Map.of("heart", 5, "wave", 1));
            assertThat(three.feed.reactions()).isEqualTo(Map.of("heart", 5, "wave", 1));
        });
        assertThat(one.feed.reactions()).isEmpty();
    }

    /** One node's use of the board's locks. */
    private final class Locks {
        private final Side side = new Side().follow();
        private final KnownLocks known = new KnownLocks();
        private final AtomicReference<LockLink> link = new AtomicReference<>();

        Locks() {
            side.on(each -> link.set(each.locks(known)));
            await().until(known::isRead);
        }

        LockAnswer lock(MemberId member, boolean waits, long ttlMs) {
            CompletableFuture<LockAnswer> answer = new CompletableFuture<>();
            on(each -> each.lock(new LockRequest("shape", member, ttlMs, waits), LockLimits.DEFAULT)
                    .whenComplete((given, failure) -> {
                        if (given == null) {
                            answer.completeExceptionally(failure);
                        } else {
                            answer.complete(given);
                        }
                    }));
            return answer.join();
        }

        void on(Consumer<LockLink> action) {
            side.on(each -> action.accept(link.get()));
        }

        /** Waits until this node knows the holder; null = the lock is free. */
        void awaitHolder(MemberId holder) {
            await("holder at " + side.bus.node()).untilAsserted(() -> {
                Lock lock = known.known("shape");
                assertThat(lock == null ? null : lock.holder()).isEqualTo(holder);
            });
        }
    }

    @Test
    void oneMemberOfAllNodesHoldsALock() {
        Locks one = new Locks();
        Locks two = new Locks();
        MemberId ada = MemberId.random();
        MemberId bob = MemberId.random();
        LockAnswer granted = one.lock(ada, false, 60_000);
        assertThat(granted.outcome()).isEqualTo(LockAnswer.Outcome.GRANTED);
        assertThat(granted.lock().owner().node()).isEqualTo(one.side.bus.node());
        two.awaitHolder(ada);
        LockAnswer denied = two.lock(bob, false, 60_000);
        assertThat(denied.outcome()).isEqualTo(LockAnswer.Outcome.DENIED);
        assertThat(denied.lock().holder()).isEqualTo(ada);
        LockAnswer renewed = one.lock(ada, false, 50_000);
        assertThat(renewed.outcome()).isEqualTo(LockAnswer.Outcome.RENEWED);
        assertThat(renewed.lock().fencing()).isEqualTo(granted.lock().fencing());
        one.on(link -> link.unlock("shape", ada));
        two.awaitHolder(null);
        LockAnswer next = two.lock(bob, false, 60_000);
        assertThat(next.outcome()).isEqualTo(LockAnswer.Outcome.GRANTED);
        assertThat(next.lock().fencing()).isGreaterThan(granted.lock().fencing());
        one.awaitHolder(bob);
        two.on(link -> link.release(bob, 0));
        one.awaitHolder(null);
    }

    @Test
    void membersOfAllNodesWaitInOneQueue() {
        Locks one = new Locks();
        Locks two = new Locks();
        MemberId ada = MemberId.random();
        MemberId bob = MemberId.random();
        MemberId cid = MemberId.random();
        one.lock(ada, true, 60_000);
        assertThat(two.lock(bob, true, 60_000).outcome()).isEqualTo(LockAnswer.Outcome.QUEUED);
        assertThat(one.lock(cid, true, 60_000).outcome()).isEqualTo(LockAnswer.Outcome.QUEUED);
        one.on(link -> link.release(ada, 0));
        two.awaitHolder(bob);
        one.awaitHolder(bob);
        two.on(link -> link.unlock("shape", bob));
        one.awaitHolder(cid);
    }

    @Test
    void aLockEndsAtItsTime() {
        Locks one = new Locks();
        Locks two = new Locks();
        one.lock(MemberId.random(), false, 200);
        MemberId bob = MemberId.random();
        two.lock(bob, true, 60_000);
        await().untilAsserted(() -> {
            two.on(LockLink::read);
            assertThat(two.known.known("shape")).isNotNull();
            assertThat(two.known.known("shape").holder()).isEqualTo(bob);
        });
        one.awaitHolder(bob);
    }

    @Test
    void theLocksOfANodeThatStopsEndUnlessAnotherNodeHasClaimedThem() {
        Locks one = new Locks();
        Locks two = new Locks();
        MemberId ada = MemberId.random();
        MemberId bob = MemberId.random();
        one.lock(ada, false, 60_000);
        two.lock(bob, true, 60_000);
        two.on(link -> link.claim(ada));
        await().untilAsserted(() ->
                assertThat(two.known.known("shape").owner().node()).isEqualTo(two.side.bus.node()));
        one.side.bus.close();
        Locks three = new Locks();
        three.awaitHolder(ada);
        three.lock(MemberId.random(), true, 60_000);
        two.side.bus.close();
        await().untilAsserted(() -> {
            three.on(LockLink::read);
            assertThat(three.known.known("shape").owner().node()).isEqualTo(three.side.bus.node());
        });
    }

    @Test
    void theObserversOfANodeThatStopsAreGone() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.on(link -> link.observers(2));
        await().untilAsserted(() -> assertThat(two.feed.observers()).isEqualTo(Map.of(one.bus.node(), 2)));
        one.bus.close();
        await().untilAsserted(() -> assertThat(two.feed.observers()).isEmpty());
        assertThat(two.bus.directory().observers(board).toCompletableFuture().join())
                .isZero();
    }

    @Test
    void theNumberOfObserversIsFoundOfABoardThatANodeDoesNotFollow() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        ClusterBus apart = newBus();
        buses.add(apart);
        one.on(link -> link.observers(2));
        two.on(link -> link.observers(1));
        await().untilAsserted(() -> assertThat(
                        apart.directory().observers(board).toCompletableFuture().join())
                .isEqualTo(3));
    }

    private static Member joinedAt(String name, long ms) {
        Member member = member(name, 1);
        return new Member(
                member.id(),
                1,
                member.profile(),
                member.status(),
                member.state(),
                member.version(),
                ms,
                member.keyHash());
    }

    /** Waits until a node that does not follow the board reads so many members, and the names of the first of them. */
    private static BoardSummary awaitSummary(SummaryReader reader, int members, String... first) {
        AtomicReference<BoardSummary> last = new AtomicReference<>();
        await().untilAsserted(() -> {
            BoardSummary summary = reader.read().toCompletableFuture().join();
            last.set(summary);
            assertThat(summary.members()).isEqualTo(members);
            assertThat(summary.first().stream().map(Profile::name)).containsExactly(first);
        });
        return last.get();
    }

    @Test
    void aBoardThatANodeDoesNotFollowIsSummedUpAndItsFirstMembersAreDescribed() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        ClusterBus apart = newBus();
        buses.add(apart);
        SummaryReader reader = apart.directory().summaries(board);
        assertThat(awaitSummary(reader, 0)).isEqualTo(new BoardSummary(0, 0, 0, List.of()));
        one.join(joinedAt("Ada", 20));
        Member bob = two.join(joinedAt("Bob", 10));
        two.join(joinedAt("Ada", 30));
        one.on(link -> link.observers(2));
        two.on(link -> link.observers(1));
        await().until(() -> reader.read().toCompletableFuture().join().observers() == 3);
        BoardSummary summary = awaitSummary(reader, 3, "Bob", "Ada", "Ada");
        assertThat(summary.users()).isEqualTo(2);
        assertThat(summary.first().get(0)).isEqualTo(new Profile("user-Bob", "Bob", "#123456", "", ""));
        two.leave(bob);
        awaitSummary(reader, 2, "Ada", "Ada");
        two.bus.close();
        assertThat(awaitSummary(reader, 1, "Ada").observers()).isEqualTo(2);
    }

    @Test
    void ofALargeBoardTheSizeIsRightAndSomeMembersAreDescribed() {
        Side one = new Side().follow();
        ClusterBus apart = newBus();
        buses.add(apart);
        List<Member> crowd = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            crowd.add(joinedAt("user-" + i, i));
        }
        one.on(link -> {
            crowd.forEach(one.feed::putLocally);
            link.publish(new SegmentDelta(crowd, Map.of()));
        });
        SummaryReader reader = apart.directory().summaries(board);
        await().untilAsserted(() -> {
            BoardSummary summary = reader.read().toCompletableFuture().join();
            assertThat(summary.members()).isEqualTo(200);
            assertThat(summary.first()).hasSize(BoardSummary.MAX_FIRST);
            assertThat(summary.users()).isIn(200, BoardSummary.UNKNOWN);
        });
    }

    @Test
    void theColumnsAreTheCallersAgainOnReturn() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Ada");
        two.awaitNames("Ada");
        CursorColumns moved = new CursorColumns();
        one.on(link -> {
            moved.add(1, 11, 11, false, 0);
            link.cursors(1, moved);
            moved.clear();
            moved.add(2, 99, 99, false, 0);
        });
        await().untilAsserted(() -> assertThat(two.feed.cursors()).containsExactly("1:11,11"));
    }

    @Test
    void aSignalReachesTheOthersAndNotTheSender() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Member ada = one.join("Ada");
        Member bob = two.join("Bob");
        one.awaitNames("Ada", "Bob");
        two.awaitNames("Ada", "Bob");
        one.on(link -> link.signal(ada.id(), "wave", new byte[] {1, 2}, List.of(bob.id())));
        await().untilAsserted(() -> assertThat(two.feed.signals()).hasSize(1));
        RecordingFeed.ReceivedSignal received = two.feed.signals().get(0);
        assertThat(received.from()).isEqualTo(ada.id());
        assertThat(received.type()).isEqualTo("wave");
        assertThat(received.payload()).containsExactly(1, 2);
        assertThat(received.to()).containsExactly(bob.id());
        assertThat(one.feed.signals()).isEmpty();
    }

    @Test
    void aSignalRightBehindAJoinFindsItsSenderKnown() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Cleo");
        two.awaitNames("Cleo");
        Member ada = one.join("Ada");
        one.on(link -> link.signal(ada.id(), "wave", new byte[0], List.of()));
        await().untilAsserted(() -> assertThat(two.feed.signals()).hasSize(1));
        assertThat(two.feed.names()).contains("Ada");
    }

    @Test
    void aNodeThatOpensABoardPublishesAHello() {
        Side one = new Side().follow();
        await().until(() -> one.feed.synced() > 0);
        int before = one.feed.hellos();
        new Side().follow();
        await().untilAsserted(() -> assertThat(one.feed.hellos()).isGreaterThan(before));
    }

    @Test
    void aClosedLinkReceivesNothingAndItsMembersLeave() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Member ada = one.join("Ada");
        two.join("Bob");
        one.awaitNames("Ada", "Bob");
        two.awaitNames("Ada", "Bob");
        one.leave(ada);
        one.on(BoardLink::close);
        two.awaitNames("Bob");
        two.join("Cleo");
        Side three = new Side().follow();
        three.awaitNames("Bob", "Cleo");
        assertThat(one.feed.names()).containsExactly("Bob");
    }

    @Test
    void aNodeThatStopsTakesItsMembersAlong() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Ada");
        two.join("Bob");
        two.awaitNames("Ada", "Bob");
        one.bus.close();
        two.awaitNames("Bob");
        Side three = new Side().follow();
        three.awaitNames("Bob");
    }

    @Test
    void aLinkCanBeOpenedAgainAfterItWasClosed() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        Member ada = one.join("Ada");
        two.awaitNames("Ada");
        one.leave(ada);
        one.on(BoardLink::close);
        BoardLink again = one.bus.link(board, one.loop);
        Member back = member("Ada-again", 1);
        one.on(closed -> {
            one.feed.putLocally(back);
            again.follow(one.feed);
            again.publish(new SegmentDelta(List.of(back), Map.of()));
        });
        two.awaitNames("Ada-again");
        Side three = new Side().follow();
        three.awaitNames("Ada-again");
    }

    @Test
    void thousandChangesInARowArriveCompletely() {
        Side one = new Side().follow();
        Side two = new Side().follow();
        List<Member> gone = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            gone.add(one.join("gone-" + i));
        }
        one.join("Ada");
        gone.forEach(one::leave);
        two.awaitNames("Ada");
    }

    // ---- orders of operators ----

    /** Records the orders that one node received. */
    private static final class ReceivedOrders implements ModerationBus.Listener {
        final Queue<String> orders = new ConcurrentLinkedQueue<>();
        final Queue<Ban> known = new ConcurrentLinkedQueue<>();
        volatile Set<String> banned = Set.of();

        @Override
        public void onKick(Kick kick) {
            orders.add("kick " + kick);
        }

        @Override
        public void onPardon(String userId, @Nullable BoardId board) {
            orders.add("pardon " + userId + " " + board);
        }

        @Override
        public void onBans(Collection<Ban> before, Collection<Ban> all) {
            banned = all.stream().map(ban -> ban.userId() + " " + ban.board()).collect(Collectors.toSet());
        }

        @Override
        public List<Ban> knownBans() {
            return List.copyOf(known);
        }
    }

    private static ReceivedOrders listen(ClusterBus bus) {
        ReceivedOrders received = new ReceivedOrders();
        bus.moderation().listen(received);
        return received;
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void ordersReachTheOthersAndNotWhoGaveThem() {
        Side one = new Side();
        Side two = new Side();
        ReceivedOrders atOne = listen(one.bus);
        ReceivedOrders atTwo = listen(two.bus);
        Kick kick = new Kick(board, null, "user-Ada", "spam", 0);
        Kick member = new Kick(board, MemberId.random(), "", "", 0);
        await("the link works").untilAsserted(() -> {
            get(one.bus.moderation().pardon("Zoe", null));
            assertThat(atTwo.orders).contains("pardon Zoe null");
        });
        get(one.bus.moderation().kick(kick));
        get(one.bus.moderation().kick(member));
        get(one.bus.moderation().pardon("user-Ada", board));
        await().untilAsserted(() ->
                assertThat(atTwo.orders).endsWith("kick " + kick, "kick " + member, "pardon user-Ada " + board));
        assertThat(atOne.orders).isEmpty();
    }

    @Test
    void bansAreKnownToNodesThatComeLater() {
        Side one = new Side();
        ReceivedOrders atOne = listen(one.bus);
        atOne.known.add(new Ban("user-Ada", board, 60_000));
        atOne.known.add(new Ban("user-Bob", null, 60_000));
        atOne.known.forEach(ban ->
                get(one.bus.moderation().kick(new Kick(ban.board(), null, ban.userId(), "", ban.remainingMs()))));
        ReceivedOrders late = listen(new Side().bus);
        await().untilAsserted(
                        () -> assertThat(late.banned).containsExactlyInAnyOrder("user-Ada " + board, "user-Bob null"));

        atOne.known.removeIf(ban -> ban.userId().equals("user-Bob"));
        get(one.bus.moderation().pardon("user-Bob", null));
        ReceivedOrders later = listen(new Side().bus);
        await().untilAsserted(() -> assertThat(later.banned).containsExactly("user-Ada " + board));
    }

    @Test
    void anOperatorsSignalHasNoSender() {
        Side one = new Side();
        Side two = new Side().follow();
        await().until(() -> two.feed.synced() > 0);
        MemberId bob = two.join("Bob").id();
        get(one.bus.moderation().signal(board, "notice", new byte[] {1}, List.of(bob)));
        await().untilAsserted(() -> assertThat(two.feed.signals()).hasSize(1));
        RecordingFeed.ReceivedSignal received = two.feed.signals().get(0);
        assertThat(received.from()).isNull();
        assertThat(received.type()).isEqualTo("notice");
        assertThat(received.payload()).containsExactly(1);
        assertThat(received.to()).containsExactly(bob);
    }
}
