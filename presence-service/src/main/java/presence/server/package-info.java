/**
 * The ports: transport, pipelines, HTTP routes. {@link presence.server.ClientPipeline} shows the whole
 * way of a connection on one screen.
 */
@NullMarked
package presence.server;

import org.jspecify.annotations.NullMarked;
