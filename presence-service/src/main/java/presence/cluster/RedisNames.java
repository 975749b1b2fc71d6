package presence.cluster;

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

    String segment(BoardId board, Origin owner) {
        return prefix + ":seg:{" + boardChannel(board) + "}:" + owner;
    }

    String origins(BoardId board) {
        return prefix + ":orgs:{" + boardChannel(board) + "}";
    }

    /** A node's lease: its incarnation, while it lives. */
    String lease(NodeId node) {
        return prefix + ":inst:{" + node + "}";
    }

    /** All nodes by the time they were last heard of. */
    String instances() {
        return prefix + ":insts";
    }
}
