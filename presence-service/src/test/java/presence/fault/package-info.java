/**
 * Faults, injected for real, and what has to be exact after each: nodes are the jar in JVMs of their
 * own, Redis is a {@code redis-server}, sockets are sockets.
 *
 * <pre>
 *   FaultsIT ──▶ Round: churn ▶ inject ▶ churn ▶ heal ▶ exact? since when? still? ▶ Invariants ▶ FaultTable
 *                  │
 *              Stage ── Crowd:   people with clients on the nodes; alone knows who should be where
 *                  └─── Cluster: node processes, each behind its own TcpProxy to Redis
 * </pre>
 *
 * <p>Short form: {@code mvn verify}. Long forms, with {@code -Dit.test=FaultsIT}:
 * {@code -Dpresence.fault.rounds=200} random rounds; {@code -Dpresence.fault.scale=1
 * -Dpresence.fault.each=2} every fault twice with production constants;
 * {@code -Dpresence.fault.only=KILL_NODE,FLUSHALL} these alone; {@code -Dpresence.fault.seed=N} again.
 * Tests tagged {@code long} run only with {@code -Dtests.excluded=}.
 *
 * <p>The table has no row for a slow link. Its rows say how long after a fault rosters are exact; a slow link is not
 * over, and its bounds are of the age of what a viewer sees: 1 s at 100 kbit/s and 100 people who move, 0.5 s at 256
 * kbit/s and 250, for 99 of 100 positions. {@code presence.SlowLinkIT} tests these, with the viewer in a network
 * namespace and a process of its own, where the people of this suite, who live in the test's process, cannot be.
 */
package presence.fault;
