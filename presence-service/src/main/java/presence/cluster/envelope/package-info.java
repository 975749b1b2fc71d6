/**
 * Envelopes, the messages between nodes: encoded and decoded, mapped to the model, and formatted as text. Codecs are
 * thread-safe and stateless.
 */
@NullMarked
package presence.cluster.envelope;

import org.jspecify.annotations.NullMarked;
