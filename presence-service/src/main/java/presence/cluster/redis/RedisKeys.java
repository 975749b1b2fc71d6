package presence.cluster.redis;

import java.util.Optional;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * Names of channels and keys. The hash tag of a board's keys is the name of its channel in database 0, so that in a
 * Redis Cluster all keys of a board are in one slot. Keys are separate in every database of a server, channels are not:
 * channels of a database other than 0 carry its number.
 *
 * @param prefix first word of every name
 * @param database number of the database that holds the keys
 */
public record RedisKeys(String prefix, int database) {

    /** Names in database 0. */
    public RedisKeys(String prefix) {
        this(prefix, 0);
    }

    public String boardChannel(BoardId board) {
        return channels() + "board:" + board;
    }

    public String globalChannel() {
        return channels() + "global";
    }

    /** Prefix of all channels of this database; channels of other databases never begin with it. */
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

    /** Channel on which a board's messages are repeated for {@code presence-service tail}. */
    public String tapChannel(BoardId board) {
        return channels() + "tap:" + board;
    }

    /** Pattern that matches all channels of this database; for database 0 also those of all others. */
    public String everyChannel() {
        return channels() + "*";
    }

    /** Pattern that matches all channels and all keys, in any database. */
    public String everything() {
        return prefix + ":*";
    }

    public String segment(BoardId board, Origin owner) {
        return segmentPrefix(board) + owner;
    }

    /** Part of {@link #segment} before the origin. */
    public String segmentPrefix(BoardId board) {
        return prefix + ":seg:{" + boardTag(board) + "}:";
    }

    public String origins(BoardId board) {
        return prefix + ":orgs:{" + boardTag(board) + "}";
    }

    /** A board's observers: how many each node has. */
    public String observers(BoardId board) {
        return prefix + ":obs:{" + boardTag(board) + "}";
    }

    /** Locks of a board, and the members that wait for them. */
    public String locks(BoardId board) {
        return prefix + ":locks:{" + boardTag(board) + "}";
    }

    /** Pattern that matches all boards' {@link #origins}; a prefix contains no glob characters. */
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

    /** Channel on which scripts publish the users that come online and go offline. */
    public String usersChannel() {
        return channels() + "users";
    }

    /** Part of {@link #users} before the origin. */
    public String usersPrefix() {
        return prefix + ":users:{" + usersTag() + "}:";
    }

    /** An owner's users with their sessions on it. All users are in one slot: one script reads all owners. */
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

    /** The event log, a stream. In the slot of the users, whose script writes to it, too. */
    public String events() {
        return prefix + ":events:{" + usersTag() + "}";
    }

    /** The members that the event log has as present, each with its owner. */
    public String eventMembers() {
        return prefix + ":evm:{" + usersTag() + "}";
    }

    /** Part of {@link #eventMembers(Origin)} before the origin. */
    public String eventMembersPrefix() {
        return eventMembers() + ":";
    }

    /** The names of an owner's members in {@link #eventMembers()}. */
    public String eventMembers(Origin owner) {
        return eventMembersPrefix() + owner;
    }

    /** The owners that report to the event log, each with the number of its last change. */
    public String eventOwners() {
        return prefix + ":evo:{" + usersTag() + "}";
    }

    /** The number of members that the event log has on each board. */
    public String eventBoards() {
        return prefix + ":evb:{" + usersTag() + "}";
    }

    /** How far the delivery of events to a URL is, and which node delivers. */
    public String webhook(String target) {
        return prefix + ":webhook:{" + usersTag() + "}:" + target;
    }

    /** The requests of webhooks that were given up. */
    public String deadLetters() {
        return prefix + ":dead:{" + usersTag() + "}";
    }

    /** The bodies of those requests. */
    public String deadBodies() {
        return prefix + ":deadbody:{" + usersTag() + "}";
    }

    /** Number of a node's last batch of activity. */
    public String activityNumber(NodeId node) {
        return activity("n", node.toString());
    }

    /** The activity of each board in an hour. */
    public String activityBoards(long hour) {
        return activity("b", Long.toString(hour));
    }

    /** The activity of all boards in an hour. */
    public String activityTotals(long hour) {
        return activity("t", Long.toString(hour));
    }

    /** The users of an hour. */
    public String activityUsers(long hour) {
        return activity("u", Long.toString(hour));
    }

    /** The users of a day. */
    public String activityUsersOfDay(long day) {
        return activity("d", Long.toString(day));
    }

    private String activity(String kind, String of) {
        return prefix + ":act:{" + prefix + ":activity}:" + kind + ":" + of;
    }

    /** The banned users. */
    public String bans() {
        return prefix + ":bans";
    }

    /** The times of a user's joins within the last minute. */
    public String joins(String userId) {
        return prefix + ":rl:{user:" + userId + "}";
    }

    /** A node's lease: its incarnation, until it expires. */
    public String lease(NodeId node) {
        return leaseOf(node.toString());
    }

    /** The lease of an entry of {@link #instances}, which need not be a valid node id. */
    public String leaseOf(String node) {
        return prefix + ":inst:{" + node + "}";
    }

    /** All nodes, scored by the time of their last renewal. */
    public String instances() {
        return prefix + ":insts";
    }
}
