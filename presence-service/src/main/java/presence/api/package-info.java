/** The operators' HTTP API: who is where, signals, kicks and bans, as JSON under {@code /api/v1}. */
@NullMarked
package presence.api;

import org.jspecify.annotations.NullMarked;
