package presence.fault;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import presence.testing.client.TestClient;

/** Records what clients see over time and a roster at one moment does not show. One thread. */
final class Observations implements AutoCloseable {
    /**
     * A user who returned in time with a resume key and got a new session.
     *
     * @param memberId the id before
     * @param young whether the node was lost so soon after the join that it may not have published it
     */
    record Lost(String name, ByteString memberId, boolean young) {}

    /**
     * @param complaints frames that violated the protocol, such as duplicate members
     * @param flaps members seen to leave and join again with the same id
     * @param lostSessions users that returned in time with a resume key and got a new session
     * @param lostMovers the same for users that returned to another place
     * @param resumed the number of sessions resumed
     * @param late the number of users that returned too late to resume; what others saw of them is no flap
     */
    record Seen(
            List<String> complaints,
            List<String> flaps,
            List<Lost> lostSessions,
            List<Lost> lostMovers,
            int resumed,
            int late) {}

    private static final class Watched {
        final String name;
        boolean retired;
        int complaints;
        int flaps;

        Watched(String name) {
            this.name = name;
        }
    }

    private final Map<TestClient, Watched> watched = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<Lost> lostSessions = new ArrayList<>();
    private final List<Lost> lostMovers = new ArrayList<>();
    private final Set<String> late = new HashSet<>();
    private int resumed;

    void watch(String name, TestClient client) {
        watched.put(client, new Watched(name));
    }

    /** Marks a client as unused; what it saw still counts. */
    void retire(TestClient client) {
        Watched entry = watched.get(client);
        if (entry != null) {
            entry.retired = true;
        }
    }

    void lost(Lost lost, boolean moved) {
        (moved ? lostMovers : lostSessions).add(lost);
    }

    /** Records a user that returned after the grace period. */
    void late(String name) {
        late.add(name);
    }

    /** Wraps a task so that it records a failure and runs again: a scheduled task that throws is cancelled silently. */
    Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                complain("the simulated users failed: " + e);
            }
        };
    }

    void resumed() {
        resumed++;
    }

    void complain(String complaint) {
        complaints.add(complaint);
    }

    /** Everything since the last call. */
    Seen take() {
        List<String> flaps = new ArrayList<>();
        watched.forEach((client, entry) -> {
            List<String> all = client.complaints();
            all.subList(entry.complaints, all.size())
                    .forEach(complaint -> complaints.add(entry.name + ": " + complaint));
            entry.complaints = all.size();
            List<TestClient.Return> returned = client.returned();
            returned.subList(entry.flaps, returned.size()).stream()
                    .filter(flap -> !late.contains(flap.name()))
                    .forEach(flap -> flaps.add(flap.name() + " (seen by " + entry.name + ": " + flap.how()
                            + ", there again after " + flap.afterMs() + " ms)"));
            entry.flaps = returned.size();
        });
        watched.entrySet()
                .removeIf(entry -> entry.getValue().retired && entry.getKey().closeCode() >= 0);
        Seen seen = new Seen(
                List.copyOf(complaints),
                flaps,
                List.copyOf(lostSessions),
                List.copyOf(lostMovers),
                resumed,
                late.size());
        resumed = 0;
        late.clear();
        complaints.clear();
        lostSessions.clear();
        lostMovers.clear();
        return seen;
    }

    @Override
    public void close() {
        watched.keySet().forEach(TestClient::abort);
    }
}
