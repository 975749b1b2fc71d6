package presence.cluster;

import java.util.Optional;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * Channels and keys. The hash tag of a board's keys is the name of its channel, so that in a Redis
 * Cluster all of a board lives in one slot.
 *
 * @param prefix first word of every name
 */
record RedisNames(String prefix) {

    String boardChannel(BoardId board) {
        return prefix + ":board:" + board;
    }

    String globalChannel() {
        return prefix + ":global";
    }

    /** On it a board's messages are said once more for whoever listens in. */
    String tapChannel(BoardId board) {
        return prefix + ":tap:" + board;
    }

    /** The pattern of all channels, and of all keys. */
    String everything() {
        return prefix + ":*";
    }

    String segment(BoardId board, Origin owner) {
        return prefix + ":seg:{" + boardChannel(board) + "}:" + owner;
    }

    String origins(BoardId board) {
        return prefix + ":orgs:{" + boardChannel(board) + "}";
    }

    /** The pattern of all boards' {@link #origins}; a prefix holds nothing that acts as a glob. */
    String anyOrigins() {
        return prefix + ":orgs:{" + prefix + ":board:*";
    }

    /** The board whose {@link #origins} this key is; empty for any other key. */
    Optional<BoardId> boardOfOrigins(String key) {
        String head = prefix + ":orgs:{" + prefix + ":board:";
        if (!key.startsWith(head) || !key.endsWith("}")) {
            return Optional.empty();
        }
        String id = key.substring(head.length(), key.length() - 1);
        return BoardId.problemWith(id) == null ? Optional.of(new BoardId(id)) : Optional.empty();
    }

    /** On it Redis tells which users come online and go offline. */
    String usersChannel() {
        return prefix + ":users";
    }

    /** What stands before an origin in {@link #users}. */
    String usersPrefix() {
        return prefix + ":users:{" + usersChannel() + "}:";
    }

    /** An owner's users, with their sessions there. All users live in one slot: one script looks at all owners. */
    String users(Origin owner) {
        return usersPrefix() + owner;
    }

    /** The owners that have users. */
    String userOrigins() {
        return prefix + ":orgs:{" + usersChannel() + "}";
    }

    /** The users online: the union of all owners' users. */
    String usersOnline() {
        return prefix + ":online:{" + usersChannel() + "}";
    }

    /** Who may not join. */
    String bans() {
        return prefix + ":bans";
    }

    /** When a user joined, within the last minute. */
    String joins(String userId) {
        return prefix + ":rl:{user:" + userId + "}";
    }

    /** A node's lease: its incarnation, while it lives. */
    String lease(NodeId node) {
        return leaseOf(node.toString());
    }

    /** The same for what stands in {@link #instances}, whatever it is. */
    String leaseOf(String node) {
        return prefix + ":inst:{" + node + "}";
    }

    /** All nodes by the time they were last heard of. */
    String instances() {
        return prefix + ":insts";
    }
}
