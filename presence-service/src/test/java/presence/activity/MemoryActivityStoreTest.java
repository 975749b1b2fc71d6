package presence.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryActivityStoreTest {
    private static final Activity ONE = new Activity(1, 1, 1_000, 0);

    private static Batch batch(long hour, int boards) {
        Map<String, Activity> some = new HashMap<>();
        for (int i = 0; i < boards; i++) {
            some.put("b" + i, ONE);
        }
        return new Batch(hour, ONE, Map.of(), some, List.of("ada"));
    }

    private static int add(MemoryActivityStore store, Batch batch) {
        return store.add(1, batch).toCompletableFuture().join();
    }

    private static int boards(MemoryActivityStore store, long hour) {
        return store.boards(hour).toCompletableFuture().join().size();
    }

    @Test
    void forgetsHoursThatAreTooOld() {
        MemoryActivityStore store = new MemoryActivityStore(1, 10);
        add(store, batch(100, 1));
        add(store, batch(124, 1));
        assertThat(boards(store, 100)).isEqualTo(1);
        add(store, batch(125, 1));
        assertThat(boards(store, 100)).isZero();
        assertThat(boards(store, 124)).isEqualTo(1);
    }

    @Test
    void dropsTheBoardsOfTheOldestHoursWhereThereAreTooMany() {
        int most = MemoryActivityStore.MOST_BOARD_HOURS;
        MemoryActivityStore store = new MemoryActivityStore(2, most);
        add(store, batch(100, 3));
        assertThat(add(store, batch(101, most - 1))).isEqualTo(3);
        assertThat(boards(store, 100)).isZero();
        assertThat(boards(store, 101)).isEqualTo(most - 1);
        assertThat(store.totals(100, 101).toCompletableFuture().join().hours()).hasSize(1);
    }
}
