package presence.agent;

import presence.model.Member;

/**
 * An agent after a call.
 *
 * @param created whether the call made it
 * @param ttlSeconds how long it lives after the call
 */
public record AgentState(Member record, boolean created, int ttlSeconds) {}
