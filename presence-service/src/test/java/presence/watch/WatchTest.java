package presence.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.proto.Profile;

/** What clients that watch boards are told, and what that costs. */
class WatchTest {
    private static final WatchSettings SETTINGS = new WatchSettings(1_000, 100_000, 2_000, 2_000, 0);

    private WatchFixture nodes = new WatchFixture(SETTINGS);
    private final FakeWatcher client = nodes.watcher();

    @AfterEach
    void allIsReleased() {
        assertThat(nodes.allocator.metric().usedDirectMemory()
                        + nodes.allocator.metric().usedHeapMemory())
                .as("bytes of unreleased frames")
                .isZero();
        nodes.close();
    }

    private static String[] boards(int count) {
        return IntStream.range(0, count).mapToObj(i -> "b" + i).toArray(String[]::new);
    }

    @Test
    void allBoardsAreToldAtOnceAndThenThoseThatChange() {
        nodes.there.join("b1", "Ada");
        nodes.pass(100);
        nodes.watch(client, 3, "b1", "b2");
        nodes.pass(100);
        assertThat(client.frames).containsExactly(List.of("b1", "b2"));
        assertThat(client.board("b1").getMembers()).isEqualTo(1);
        assertThat(client.board("b1").getUsers()).isEqualTo(1);
        assertThat(client.board("b1").getFirstList())
                .containsExactly(Profile.newBuilder()
                        .setUserId("user-Ada")
                        .setName("Ada")
                        .setColor("#123456")
                        .build());
        assertThat(client.board("b2").getMembers()).isZero();
        assertThat(client.board("b2").hasUsers()).isTrue();
        nodes.pass(5_000);
        assertThat(client.frames).as("nothing has changed").hasSize(1);
        nodes.there.join("b2", "Bob");
        nodes.pass(2_100);
        assertThat(client.frames).containsExactly(List.of("b1", "b2"), List.of("b2"));
        nodes.there.leave("b1", "Ada");
        nodes.pass(2_100);
        assertThat(client.board("b1").getMembers()).isZero();
        assertThat(client.board("b1").getFirstList()).isEmpty();
    }

    @Test
    void aClientIsToldOfChangesOnceASecondAtMost() {
        nodes.close();
        nodes = new WatchFixture(new WatchSettings(100, 100_000, 2_000, 2_000, 0));
        FakeWatcher client = nodes.watcher();
        nodes.watch(client, 0, "b1");
        nodes.pass(1_000);
        int before = client.frames.size();
        for (int i = 0; i < 100; i++) {
            nodes.there.join("b1", "user-" + i);
            nodes.pass(100);
        }
        assertThat(client.frames.size() - before).isBetween(8, 10);
    }

    @Test
    void theMembersThatJoinedFirstAreDescribedAndNoMoreThanAskedFor() {
        for (int i = 0; i < 14; i++) {
            (i % 2 == 0 ? nodes.there : nodes.here).join("b1", "user-" + (char) ('a' + i));
            nodes.pass(10);
        }
        nodes.pass(200);
        FakeWatcher modest = nodes.watcher();
        nodes.watch(client, 10, "b1");
        nodes.watch(modest, 2, "b1");
        nodes.pass(100);
        assertThat(client.board("b1").getMembers()).isEqualTo(14);
        assertThat(client.board("b1").getFirstList()).hasSize(10);
        assertThat(modest.board("b1").getFirstList())
                .isEqualTo(client.board("b1").getFirstList().subList(0, 2));
    }

    @Test
    void aChangeOfMembersThatAreNotDescribedIsNoNews() {
        nodes.there.join("b1", "Ada");
        nodes.there.join("b1", "Bob");
        nodes.pass(100);
        nodes.watch(client, 0, "b1");
        nodes.pass(1_000);
        nodes.there.leave("b1", "Ada");
        nodes.there.join("b1", "Cid");
        nodes.pass(3_000);
        assertThat(client.frames).hasSize(1);
    }

    @Test
    void aBoardIsReadOncePerIntervalHoweverManyWatchIt() {
        nodes.watch(client, 3, boards(200));
        nodes.pass(1_000);
        long before = nodes.reads();
        nodes.pass(10_000);
        long ofOne = nodes.reads() - before;
        assertThat(ofOne).isBetween(200L * 9, 200L * 10);
        for (int i = 0; i < 100; i++) {
            nodes.watch(nodes.watcher(), i % 11, boards(200));
        }
        before = nodes.reads();
        nodes.pass(10_000);
        assertThat(nodes.reads() - before).isBetween(ofOne - 20, ofOne + 20);
    }

    @Test
    void theReadsAreSpreadOverTheInterval() {
        nodes.watch(client, 3, boards(200));
        nodes.pass(2_000);
        for (int i = 0; i < 40; i++) {
            long before = nodes.reads();
            nodes.pass(50);
            assertThat(nodes.reads() - before).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void moreBoardsThanMayBeReadPerSecondAreReadLessOften() {
        nodes.close();
        nodes = new WatchFixture(new WatchSettings(1_000, 50, 2_000, 2_000, 0));
        FakeWatcher many = nodes.watcher();
        nodes.watch(many, 3, boards(500));
        nodes.pass(20_000);
        assertThat(nodes.reads()).isBetween(20L * 50, 22L * 50);
        assertThat(many.boardCount()).isEqualTo(500);
    }

    @Test
    void boardsThatTheNodeFollowsAreNotRead() {
        nodes.here.join("b1", "Ada");
        nodes.there.join("b1", "Bob");
        nodes.pass(100);
        nodes.watch(client, 3, "b1");
        nodes.pass(3_000);
        assertThat(client.board("b1").getMembers()).isEqualTo(2);
        assertThat(nodes.reads()).isZero();
    }

    @Test
    void aReaderThatIsBehindGetsNothingUntilItReadsAndThenTheNewest() {
        nodes.watch(client, 3, "b1", "b2");
        nodes.pass(1_000);
        client.clear = false;
        for (String name : List.of("Ada", "Bob", "Cid")) {
            nodes.there.join("b1", name);
            nodes.pass(3_000);
        }
        assertThat(client.frames).hasSize(1);
        client.clear = true;
        nodes.pass(1_100);
        assertThat(client.frames).containsExactly(List.of("b1", "b2"), List.of("b1"));
        assertThat(client.board("b1").getMembers()).isEqualTo(3);
    }

    @Test
    void aWatchOfAReaderThatIsBehindIsAnsweredWhenItReads() {
        client.clear = false;
        nodes.watch(client, 3, "b1");
        nodes.pass(3_000);
        assertThat(client.frames).isEmpty();
        client.clear = true;
        nodes.pass(200);
        assertThat(client.frames).containsExactly(List.of("b1"));
    }

    @Test
    void aLongAnswerComesInFramesThatFit() {
        String url = "https://example.org/" + "x".repeat(1_900);
        for (int board = 0; board < 20; board++) {
            for (int i = 0; i < 10; i++) {
                nodes.there.join("b" + board, "user-" + i, url);
            }
        }
        nodes.pass(200);
        nodes.watch(client, 10, boards(20));
        nodes.pass(100);
        assertThat(client.boardCount()).isEqualTo(20);
        assertThat(client.frames).hasSizeGreaterThan(3);
        assertThat(client.largestFrame).isLessThanOrEqualTo(65_536);
        // As many as fit in the bound of one board.
        assertThat(client.board("b7").getFirstCount()).isEqualTo(8);
        assertThat(client.board("b7").getMembers()).isEqualTo(10);
    }

    @Test
    void anotherWatchReplacesTheOneBeforeAndAnEmptyOneEndsIt() {
        BoardWatch watch = nodes.watch(client, 3, "b1", "b2");
        nodes.pass(100);
        nodes.watch(watch, 3, "b2", "b3");
        nodes.pass(100);
        nodes.there.join("b1", "Ada");
        nodes.pass(3_000);
        assertThat(client.frames).containsExactly(List.of("b1", "b2"), List.of("b2", "b3"));
        nodes.watch(watch, 3);
        long before = nodes.reads();
        nodes.there.join("b2", "Bob");
        nodes.pass(5_000);
        assertThat(client.frames).hasSize(2);
        assertThat(nodes.reads()).as("reads for no watcher").isEqualTo(before);
    }

    @Test
    void boardsWithoutTheRightAndBeyondTheNodesLimitAreNamedAndTheOthersWatched() {
        nodes.close();
        nodes = new WatchFixture(new WatchSettings(1_000, 100, 10, 2, 0));
        FakeWatcher limited = nodes.watcher();
        BoardWatch watch = nodes.watch(limited, 3);
        List<BoardId> wanted = new ArrayList<>();
        for (String name : List.of("b1", "secret", "b2", "b3")) {
            wanted.add(new BoardId(name));
        }
        assertThat(watch.watch(wanted, 3, board -> !board.value().equals("secret")))
                .isFalse();
        nodes.pass(100);
        assertThat(limited.board("secret").getError()).isEqualTo("forbidden");
        assertThat(limited.board("b3").getError()).isEqualTo("node_full");
        assertThat(limited.board("b1").getError()).isEmpty();
        assertThat(limited.board("b2").getError()).isEmpty();
        watch.review(board -> board.value().equals("secret"));
        nodes.pass(100);
        assertThat(limited.board("secret").getError()).isEmpty();
        assertThat(limited.board("b2").getError()).isEqualTo("forbidden");
        int told = limited.frames.size();
        watch.review(board -> board.value().equals("secret"));
        nodes.pass(100);
        assertThat(limited.frames).as("the same rights").hasSize(told);
    }

    @Test
    void nothingIsLeftOfAClientThatIsGone() {
        BoardWatch watch = nodes.watch(client, 3, boards(10));
        BoardWatch other = nodes.watch(nodes.watcher(), 3, "b0");
        nodes.pass(100);
        watch.close();
        other.close();
        nodes.pass(1_000);
        long before = nodes.reads();
        nodes.pass(5_000);
        assertThat(nodes.reads()).isEqualTo(before);
        assertThat(client.frames).hasSize(1);
    }
}
