package presence.model;

/**
 * How large a board is.
 *
 * @param members shown on this node, those of all nodes included
 */
public record BoardSize(BoardId board, int members) {}
