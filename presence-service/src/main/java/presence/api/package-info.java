/** The operators' HTTP API: boards, members, users, signals, kicks and bans, as JSON under {@code /api/v1}. */
@NullMarked
package presence.api;

import org.jspecify.annotations.NullMarked;
