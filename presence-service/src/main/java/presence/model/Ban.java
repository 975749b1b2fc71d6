package presence.model;

import org.jspecify.annotations.Nullable;

/**
 * A user who may not join for a while.
 *
 * @param board null: any board
 * @param remainingMs more than 0
 */
public record Ban(String userId, @Nullable BoardId board, long remainingMs) {}
