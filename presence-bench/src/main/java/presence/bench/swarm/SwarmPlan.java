package presence.bench.swarm;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import presence.bench.peer.Protocol;

/**
 * The plan of a swarm.
 *
 * @param urls used by the users of each board in turn
 * @param byBoard all users of a board use one url instead
 * @param users on each board
 * @param movers of these, how many move
 * @param hz moves per second and mover; 0 = none
 * @param spacing of the moves
 * @param protocol of the servers
 * @param warmupSeconds of moving before the measurement
 * @param stalled share of users that stop reading after the join, 0 to 1
 * @param churn users that leave and rejoin, per second, over all boards
 * @param connecting handshakes and joins in progress at a time
 * @param threads event loops of the swarm
 * @param patienceMs a position neither seen nor superseded within this time is lost
 * @param crowd observers, watchers and windows
 */
public record SwarmPlan(
        List<URI> urls,
        boolean byBoard,
        String prefix,
        int boards,
        int users,
        int movers,
        double hz,
        Spacing spacing,
        Protocol protocol,
        int warmupSeconds,
        int seconds,
        double stalled,
        double churn,
        int connecting,
        int threads,
        int patienceMs,
        Crowd crowd) {
    /** Above this rate a mover's send times are overwritten before they are read. */
    private static final double MAX_HZ = 1_000;

    private static final int MAX_BOARDS = 1_000_000;
    private static final int MAX_USERS = 100_000;
    private static final int DAY_SECONDS = 86_400;

    /** @throws IllegalArgumentException that names the option, its value and the allowed values */
    public SwarmPlan {
        for (URI url : urls) {
            boolean known = "ws".equals(url.getScheme()) || "wss".equals(url.getScheme());
            if (!known || url.getHost() == null) {
                throw new IllegalArgumentException("--url is " + url + ", but must look like ws://127.0.0.1:3001/ws");
            }
        }
        if (urls.stream().map(URI::getScheme).distinct().count() > 1) {
            throw new IllegalArgumentException("--url is " + urls + ", but must be all ws: or all wss:");
        }
        within("--boards", boards, 1, MAX_BOARDS);
        within("--users", users, 1, MAX_USERS);
        within("--movers", movers, 0, users);
        within("--hz", hz, 0, MAX_HZ);
        within("--warmup", warmupSeconds, 0, DAY_SECONDS);
        within("--seconds", seconds, 1, DAY_SECONDS);
        within("--stalled", stalled, 0, 1);
        within("--churn", churn, 0, 100_000);
        within("--connecting", connecting, 1, 100_000);
        within("--threads", threads, 1, 1_024);
        within("--patience-ms", patienceMs, 1, 60_000);
        within("--watched-boards", crowd.watchedBoards(), 0, boards);
    }

    static void within(String option, double value, double least, double most) {
        // Written so that NaN is refused.
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    option + " is " + plain(value) + ", but must be " + plain(least) + " to " + plain(most));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) && !Double.isInfinite(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value);
    }

    long patienceNanos() {
        return TimeUnit.MILLISECONDS.toNanos(patienceMs);
    }

    /** Returns the number of connections that are on a board. */
    int allUsers() {
        return Math.multiplyExact(boards, users + crowd.observers());
    }

    SwarmBoard board(int number) {
        String id = prefix + number;
        return crowd.hasViewports() ? SwarmBoard.spacious(id, users, crowd) : new SwarmBoard(id, users);
    }

    /**
     * One in this many users of a board checks each position; the others count them. If all checked, the swarm would
     * cost more than the service.
     */
    int checkEvery() {
        return checkEvery(users);
    }

    /** The same of its observers. */
    int checkEveryObserver() {
        return checkEvery(crowd.observers());
    }

    private static int checkEvery(int clients) {
        return Math.max(1, clients / 50);
    }
}
