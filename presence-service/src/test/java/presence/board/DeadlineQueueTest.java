package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
    private final DeadlineQueue<String> queue = new DeadlineQueue<>();

    @Test
    void keysComeWhenTheirTimeIsOverTheFirstFirst() {
        queue.put("a", 10);
        queue.put("b", 20);
        assertThat(queue.firstDeadlineMs()).isEqualTo(10);
        assertThat(queue.pollDue(9)).isNull();
        assertThat(queue.pollDue(20)).isEqualTo("a");
        assertThat(queue.pollDue(20)).isEqualTo("b");
        assertThat(queue.pollDue(20)).isNull();
        assertThat(queue.firstDeadlineMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aKeyThatIsPutAgainWaitsAnewBehindTheOthers() {
        queue.put("a", 10);
        queue.put("b", 20);
        queue.put("a", 30);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.pollDue(25)).isEqualTo("b");
        assertThat(queue.pollDue(25)).isNull();
        assertThat(queue.contains("a")).isTrue();
        queue.remove("a");
        assertThat(queue.pollFirst()).isNull();
    }

    @Test
    void theFirstOfAllComesBeforeItsTimeIfItMust() {
        queue.put("a", 10);
        queue.put("b", 20);
        assertThat(queue.pollFirst()).isEqualTo("a");
    }

    @Test
    void aPollLooksAtOneKeyHoweverManyWait() {
        for (int i = 0; i < 1_000; i++) {
            queue.put("key " + i, i);
        }
        queue.pollDue(-1);
        queue.pollDue(0);
        assertThat(queue.inspected()).isEqualTo(2);
    }
}
