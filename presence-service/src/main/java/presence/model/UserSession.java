package presence.model;

/**
 * One member, seen from its user: the user's place on a board.
 *
 * @param device as the client named it; empty if it did not
 */
public record UserSession(MemberId member, BoardId board, Status status, String device) {}
