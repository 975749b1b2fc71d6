package presence.bench;

/**
 * What users went through while a node was restarted.
 *
 * @param connections opened
 * @param peak100Ms most of them within any 100 ms
 * @param peakSecond most of them within any second
 * @param gaps times that a user had no joined connection
 * @param longestGapMs the longest of these
 * @param notResumed users that came back as somebody else
 * @param leftSeen how often anybody was shown that somebody left, or lacked somebody after coming back
 * @param joinedSeen how often anybody was shown that somebody came
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
