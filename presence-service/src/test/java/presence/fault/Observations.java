package presence.fault;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import presence.testing.TestClient;

/** What clients see over time that a roster at one moment does not show. One thread. */
final class Observations implements AutoCloseable {
    /**
     * Somebody who came back in time with their resume key and became somebody new.
     *
     * @param memberId who they were
     * @param young whether their node was lost so soon after their arrival that it may have told nobody of it
     */
    record Lost(String name, ByteString memberId, boolean young) {}

    /**
     * @param complaints frames that broke the contract, twins among them
     * @param flaps members somebody saw leave and join again as the same
     * @param lostSessions people who came back in time with their resume key and became somebody new
     * @param lostMovers the same, those who came back to another place
     * @param resumed how often somebody came back as who they were
     * @param late how many came back too late to expect that; what others saw of them is no flap
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

    /** Nobody uses it any more; what it saw still counts. */
    void retire(TestClient client) {
        Watched entry = watched.get(client);
        if (entry != null) {
            entry.retired = true;
        }
    }

    void lost(Lost lost, boolean moved) {
        (moved ? lostMovers : lostSessions).add(lost);
    }

    /** Somebody asked for their seat when nobody had to keep it any longer. */
    void late(String name) {
        late.add(name);
    }

    /** A schedule whose task throws ends in silence; this one complains and goes on. */
    Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                complain("the crowd itself failed: " + e);
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
