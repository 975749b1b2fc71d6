package presence.simulation;

import java.util.List;

/**
 * A fault that was found the hard way and repaired: the text that repairs it, and what to write instead to have the
 * fault again. The reasons are in docs/architecture/decisions.md, section Cluster.
 *
 * @param file below src/main/java/presence
 */
record PlantedFault(String name, String file, String repaired, String faulty) {
    static final List<PlantedFault> ALL = List.of(
            new PlantedFault(
                    "an answer that is older than the stream is believed",
                    "cluster/segment/SegmentReader.java",
                    "segment == null && feed.knownSeq(owner) == known.getOrDefault(owner, 0L)",
                    "segment == null"),
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
                    "a member that a segment lacks has left at once",
                    "roster/Roster.java",
                    "        inBetween.putAll(missing);\n",
                    ""),
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
                    "segments are not verified after a reconnect",
                    "cluster/segment/RedisBoardLink.java",
                    "            now.writer().verify();\n            now.observers().rewrite();",
                    "            now.observers().rewrite();"),
            new PlantedFault(
                    "two incarnations of a node count in one snapshot",
                    "cluster/segment/SegmentStore.java",
                    "return new HashSet<>(latest.values());",
                    "Set<Origin> all = new HashSet<>(segments.keySet());\n"
                            + "            all.removeIf(owner -> !isAlive.test(owner, null)"
                            + " && !isAlive.test(owner, leases.get(owner.node())));\n            return all;"),
            new PlantedFault(
                    "a node believes others that its segment is gone",
                    "cluster/segment/BoardSubscription.java",
                    "            writer.verify();\n        }\n    }\n\n    private void onSignal",
                    "            return;\n        }\n    }\n\n    private void onSignal"),
            new PlantedFault(
                    "users are not written again after a reconnect",
                    "cluster/RedisBus.java",
                    "            links.onCommandsUp();\n            directory.verify();",
                    "            links.onCommandsUp();"),
            new PlantedFault(
                    "a join does not wait for the roster",
                    "board/PendingJoins.java",
                    "        if (decided) {\n            return false;",
                    "        if (!decided || decided) {\n            return false;"));
}
