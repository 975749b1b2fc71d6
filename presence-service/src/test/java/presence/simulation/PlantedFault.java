package presence.simulation;

import java.util.List;

/**
 * A fault that was found the hard way and repaired: the text that repairs it, and what to write instead to have the
 * fault again. The reasons are in docs/architecture/decisions.md, section Cluster.
 *
 * @param file below src/main/java/presence
 */
record PlantedFault(String name, String file, String repaired, String faulty) {
    private static final String REACHED = "throw new IllegalStateException(\"reached\");";

    /** Those that the simulation finds. */
    static final List<PlantedFault> FOUND = List.of(
            new PlantedFault(
                    "an owner that a snapshot lacks is gone at once",
                    "cluster/segment/BoardSubscription.java",
                    "confirmGone(missing);",
                    "feed.onOwnerGone(missing, LeaveReason.LEFT);"),
            new PlantedFault(
                    "a node that hears nothing declares others dead",
                    "roster/NodeLiveness.java",
                    "if (!isIsolated(nowMs)) {\n            heard.forEach((node, last) -> {\n                if (nowMs - Math.max(last.atMs, hearingSinceMs) > leaseMs) {",
                    "{\n            heard.forEach((node, last) -> {\n                if (nowMs - last.atMs > leaseMs) {"),
            new PlantedFault(
                    "a departure does not say that another node has the member",
                    "roster/Roster.java",
                    "if (gone.getValue() == LeaveReason.TAKEN_OVER) {",
                    "if (gone.getValue() == LeaveReason.KICKED) {"),
            new PlantedFault(
                    "an acknowledgement counts for the next connection",
                    "cluster/pubsub/RedisSubscriber.java",
                    "        Listener created = new Listener();\n        listener = created;\n        return created;",
                    "        return listener;"),
            new PlantedFault(
                    "lost positions are not sent again",
                    "cluster/pubsub/CursorPublisher.java",
                    "        owed.add(sendAgain);",
                    ""),
            new PlantedFault(
                    "a node that begins to follow a board is not sent the positions",
                    "cluster/segment/BoardSubscription.java",
                    "            case HELLO -> {\n                feed.onHello();",
                    "            case HELLO -> {"),
            new PlantedFault(
                    "a take-over is one version ahead",
                    "model/Member.java",
                    "return (beaten | CHANGES - 1) + 1;",
                    "return beaten + 1;"),
            new PlantedFault(
                    "segments are not verified after a reconnect",
                    "cluster/segment/RedisBoardLink.java",
                    "            now.writer().verify();\n            now.observers().rewrite();",
                    "            now.observers().rewrite();"),
            new PlantedFault(
                    "users are not written again after a reconnect",
                    "cluster/RedisBus.java",
                    "            links.onCommandsUp();\n            directory.verify();",
                    "            links.onCommandsUp();"),
            new PlantedFault(
                    "a join does not wait for the roster",
                    "board/PendingJoins.java",
                    "        if (decided) {\n            return false;",
                    "        if (!decided || decided) {\n            return false;"),
            new PlantedFault(
                    "a first join that is sent again is another member",
                    "board/Board.java",
                    "            key = derived;\n            known = lifecycle.find(seat, key);",
                    "            key = derived;"));

    /** Those that no seed has shown yet. */
    static final List<PlantedFault> OPEN = List.of(
            new PlantedFault(
                    "an answer that is older than the stream is believed",
                    "cluster/segment/SegmentReader.java",
                    "segment == null && feed.knownSeq(owner) == known.getOrDefault(owner, 0L)",
                    "segment == null"),
            new PlantedFault(
                    "a member that a segment lacks has left at once",
                    "roster/Roster.java",
                    "        inBetween.putAll(missing);\n",
                    ""),
            new PlantedFault(
                    "a client that begins anew leaves its former member behind",
                    "board/MemberLifecycle.java",
                    "        if (request.resumeKey().length > 0) {",
                    "        if (request.resumeKey().length > 1_000) {"),
            new PlantedFault(
                    "a leave is forgotten when the member's previous owner has not noticed",
                    "board/MemberLifecycle.java",
                    "if (members.isClaimedElsewhere(member.id())) {\n            member.leaving",
                    "if (members.all().isEmpty()) {\n            member.leaving"),
            new PlantedFault(
                    "after an unanswered renewal a lease proves that Redis kept its data",
                    "cluster/RedisBus.java",
                    "        public void onRedisInDoubt() {\n            links.verify();\n            directory.verify();",
                    "        public void onRedisInDoubt() {"));

    /**
     * Repairs without which nothing is wrong that lasts, because later ones set it right: here what they guard against is
     * only seen to happen. The reasons are in docs/development/simulation.md.
     */
    static final List<PlantedFault> MASKED = List.of(
            new PlantedFault(
                    "a snapshot has two incarnations of a node",
                    "cluster/segment/SegmentStore.java",
                    "(one, other) -> one.compareTo(other) > 0 ? one : other",
                    "(one, other) -> {" + REACHED + "}"),
            new PlantedFault(
                    "another node removes the segment of a node that lives",
                    "cluster/segment/BoardSubscription.java",
                    "            writer.verify();\n        }\n    }\n\n    private void onSignal",
                    REACHED + "}\n    }\n\n    private void onSignal"));
}
