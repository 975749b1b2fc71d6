/** Processes that tests start: nodes, Redis, HAProxy, Prometheus, Node, and network namespaces; each ends what it started. */
@NullMarked
package presence.testing.process;

import org.jspecify.annotations.NullMarked;
