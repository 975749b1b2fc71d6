/**
 * Injects real faults and checks the rosters after each: nodes are the jar in JVMs of their own, Redis is a
 * {@code redis-server}, sockets are real.
 *
 * <pre>
 *   FaultsIT ──▶ Round: churn ▶ inject ▶ churn ▶ heal ▶ exact? since when? still? ▶ Invariants ▶ FaultTable
 *                  │
 *              FaultFixture ── SimulatedUsers: users with clients on the nodes, and their expected boards
 *                           └─ Cluster:        node processes, each behind its own TcpProxy to Redis
 * </pre>
 *
 * <p>Short form: {@code mvn verify}. Long forms, with {@code -Dit.test=FaultsIT}: {@code -Dpresence.fault.rounds=200}
 * random rounds; {@code -Dpresence.fault.scale=1 -Dpresence.fault.each=2} every fault twice with production constants;
 * {@code -Dpresence.fault.only=KILL_NODE,FLUSHALL} only these; {@code -Dpresence.fault.seed=N} again. Tests tagged
 * {@code long} run only with {@code -Dtests.excluded=}.
 *
 * <p>A third of the users show all of their board, a third a part of it that moves, and a third tell no window. The filter
 * is on from one position per tick, and all cursors are to be exact within the same bounds: on boards of this size a window
 * is sent everybody once a second.
 *
 * <p>{@link Tap} subscribes by a pattern, so all cursors have a receiver. In {@code WithheldCursorsIT} it reads Redis's
 * MONITOR instead, and nodes withhold the cursors of boards that no other node follows.
 *
 * <p>The table has no row for a slow link. Its rows state how long after a fault rosters are exact; a slow link does
 * not end, and its bounds concern the age of displayed positions: 1 s at 100 kbit/s and 100 moving users, 0.5 s at 256
 * kbit/s and 250, for 99 of 100 positions. {@code presence.SlowLinkIT} tests these, with the viewer in a network
 * namespace and a process of its own, where the users of this suite, which run in the test's process, cannot be.
 */
package presence.fault;
