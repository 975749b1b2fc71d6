/**
 * Agents: members without a connection, which the HTTP API makes, moves and ends.
 *
 * <pre>
 *   HttpApi ──▶ Agents ──(loop of the key)──▶ Agent ──join──▶ ConnectionManager ──▶ Board
 *                                               ▲                                    │
 *                                               └──────── BoardClient ◀──────────────┘
 * </pre>
 *
 * <p>An agent is a client of its board as a connection is: boards, events, locks and audits need no case for it.
 * Its resume key is derived from the board, its own key and a secret that all nodes share
 * ({@link presence.agent.AgentSecret}): the node that is called takes the agent over as a node takes over a member whose
 * client reconnects there, and the node that had it removes its part when it receives the take-over. The node that has
 * the agent ends it when its time to live is over. The time is in the member's state, for the node that takes it over
 * next.
 *
 * <p>Threads: everything about one agent runs on one event loop, which its key selects.
 */
@NullMarked
package presence.agent;

import org.jspecify.annotations.NullMarked;
