/**
 * What nodes tell each other: protobuf envelopes, encoded and decoded, mapped to the model and as text for people.
 * Codecs are thread-safe and keep no state.
 */
@NullMarked
package presence.cluster.envelope;

import org.jspecify.annotations.NullMarked;
