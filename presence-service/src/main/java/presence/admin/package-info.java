/**
 * Reads and moderates boards for the operators' port and the HTTP API: lists, kicks, bans, and the audit that compares
 * boards with connections and with Redis. Above {@code board}, below {@code api}.
 */
@NullMarked
package presence.admin;

import org.jspecify.annotations.NullMarked;
