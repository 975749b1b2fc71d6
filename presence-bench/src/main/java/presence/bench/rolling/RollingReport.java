package presence.bench.rolling;

/**
 * What users experienced while a node was restarted.
 *
 * @param connections opened
 * @param peak100Ms most of them within any 100 ms
 * @param peakSecond most of them within any second
 * @param gaps times that a user had no joined connection
 * @param longestGapMs the longest of these
 * @param notResumed users that became new members
 * @param leftSeen how often a leave was shown to a user, or a member was missing after a reconnect
 * @param joinedSeen how often a join was shown to a user
 */
record RollingReport(
        int connections,
        int peak100Ms,
        int peakSecond,
        int gaps,
        double longestGapMs,
        int notResumed,
        int leftSeen,
        int joinedSeen) {}
