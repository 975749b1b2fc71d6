package presence.cluster.redis;

import java.util.Optional;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * Channels and keys. The hash tag of a board's keys is the name of its channel in database 0, so that in a Redis
 * Cluster all of a board lives in one slot. Keys are separate in every database of a server, channels are not: those of
 * another database than 0 carry its number.
 *
 * @param prefix first word of every name
 * @param database number of the database that holds the keys
 */
public record RedisKeys(String prefix, int database) {

    /** Of database 0. */
    public RedisKeys(String prefix) {
        this(prefix, 0);
    }

    public String boardChannel(BoardId board) {
        return channels() + "board:" + board;
    }

    public String globalChannel() {
        return channels() + "global";
    }

    /** What the channels of this database begin with; those of another database never do. */
    public String channels() {
        return prefix + (database == 0 ? ":" : ":db" + database + ":");
    }

    /** Whether a channel is one of another database with the same prefix. */
    public boolean isOfOtherDatabase(String channel) {
        String head = prefix + ":db";
        int end = channel.indexOf(':', head.length());
        return channel.startsWith(head)
                && end > head.length()
                && channel.substring(head.length(), end).chars().allMatch(letter -> letter >= '0' && letter <= '9')
                && !(database != 0 && channel.startsWith(channels()));
    }

    private String boardTag(BoardId board) {
        return prefix + ":board:" + board;
    }

    private String usersTag() {
        return prefix + ":users";
    }

    /** On it a board's messages are said once more for whoever listens in. */
    public String tapChannel(BoardId board) {
        return channels() + "tap:" + board;
    }

    /** The pattern of all channels of this database, and for database 0 of those of all others. */
    public String everyChannel() {
        return channels() + "*";
    }

    /** The pattern of all channels and all keys, in any database. */
    public String everything() {
        return prefix + ":*";
    }

    public String segment(BoardId board, Origin owner) {
        return prefix + ":seg:{" + boardTag(board) + "}:" + owner;
    }

    public String origins(BoardId board) {
        return prefix + ":orgs:{" + boardTag(board) + "}";
    }

    /** The pattern of all boards' {@link #origins}; a prefix holds nothing that acts as a glob. */
    public String anyOrigins() {
        return prefix + ":orgs:{" + prefix + ":board:*";
    }

    /** The board whose {@link #origins} this key is; empty for any other key. */
    public Optional<BoardId> boardOfOrigins(String key) {
        String head = prefix + ":orgs:{" + prefix + ":board:";
        if (!key.startsWith(head) || !key.endsWith("}")) {
            return Optional.empty();
        }
        String id = key.substring(head.length(), key.length() - 1);
        return BoardId.problemWith(id) == null ? Optional.of(new BoardId(id)) : Optional.empty();
    }

    /** On it Redis tells which users come online and go offline. */
    public String usersChannel() {
        return channels() + "users";
    }

    /** What stands before an origin in {@link #users}. */
    public String usersPrefix() {
        return prefix + ":users:{" + usersTag() + "}:";
    }

    /** An owner's users, with their sessions there. All users live in one slot: one script looks at all owners. */
    public String users(Origin owner) {
        return usersPrefix() + owner;
    }

    /** The owners that have users. */
    public String userOrigins() {
        return prefix + ":orgs:{" + usersTag() + "}";
    }

    /** The users online: the union of all owners' users. */
    public String usersOnline() {
        return prefix + ":online:{" + usersTag() + "}";
    }

    /** Who may not join. */
    public String bans() {
        return prefix + ":bans";
    }

    /** When a user joined, within the last minute. */
    public String joins(String userId) {
        return prefix + ":rl:{user:" + userId + "}";
    }

    /** A node's lease: its incarnation, while it lives. */
    public String lease(NodeId node) {
        return leaseOf(node.toString());
    }

    /** The same for what stands in {@link #instances}, whatever it is. */
    public String leaseOf(String node) {
        return prefix + ":inst:{" + node + "}";
    }

    /** All nodes by the time they were last heard of. */
    public String instances() {
        return prefix + ":insts";
    }
}
