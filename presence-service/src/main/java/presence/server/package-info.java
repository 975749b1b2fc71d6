/**
 * The ports: transport, pipelines, HTTP routes. {@link presence.server.ClientPipeline} shows every
 * handler of a connection.
 */
@NullMarked
package presence.server;

import org.jspecify.annotations.NullMarked;
