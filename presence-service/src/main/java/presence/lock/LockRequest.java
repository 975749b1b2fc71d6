package presence.lock;

import presence.model.MemberId;

/**
 * What a member asks for.
 *
 * @param ttlMs how long the lock lasts unless it is renewed
 * @param waits whether to queue while another member holds it
 */
public record LockRequest(String name, MemberId member, long ttlMs, boolean waits) {}
