package presence.connection;

import org.jspecify.annotations.Nullable;
import presence.model.RateLimit;

/**
 * Limits how often one client signs in, joins, resumes, signals, reacts, locks and changes its state, and the bytes of that. A limit
 * exists from its first use until all that was taken is earned back: a client that only sends heartbeats has none. The
 * channel's event loop only.
 */
final class EventRates {
    /** A client needs a new token every few minutes at most, and a check is expensive. */
    static final int TOKENS_PER_SECOND = 1;

    /** A window that moves needs a few a second; each makes the board look for what is new in it. */
    static final int VIEWPORTS_PER_SECOND = 20;

    private final ClientRates rates;
    private @Nullable RateLimit tokens;
    private @Nullable RateLimit viewports;
    private @Nullable RateLimit joins;
    private @Nullable RateLimit resumes;
    private @Nullable RateLimit signals;
    private @Nullable RateLimit states;
    private @Nullable RateLimit bytes;
    private @Nullable RateLimit reactions;
    private @Nullable RateLimit rosterPages;
    private @Nullable RateLimit locks;

    EventRates(ClientRates rates) {
        this.rates = rates;
    }

    /** Each method takes one or nothing, and returns 0 or after how many milliseconds there will be one. */
    long takeToken(long nowMs) {
        tokens = tokens == null ? new RateLimit(TOKENS_PER_SECOND) : tokens;
        return tokens.take(1, nowMs);
    }

    long takeViewport(long nowMs) {
        viewports = viewports == null ? new RateLimit(VIEWPORTS_PER_SECOND) : viewports;
        return viewports.take(1, nowMs);
    }

    long takeJoin(long nowMs) {
        joins = joins == null ? new RateLimit(rates.joins()) : joins;
        return joins.take(1, nowMs);
    }

    long takeResume(long nowMs) {
        resumes = resumes == null ? new RateLimit(rates.resumes()) : resumes;
        return resumes.take(1, nowMs);
    }

    long takeSignal(long nowMs) {
        signals = signals == null ? new RateLimit(rates.signals()) : signals;
        return signals.take(1, nowMs);
    }

    long takeState(long nowMs) {
        states = states == null ? new RateLimit(rates.states()) : states;
        return states.take(1, nowMs);
    }

    long takeReaction(long nowMs) {
        reactions = reactions == null ? new RateLimit(rates.reactions()) : reactions;
        return reactions.take(1, nowMs);
    }

    long takeRosterPage(long nowMs) {
        rosterPages = rosterPages == null ? new RateLimit(rates.rosterPages()) : rosterPages;
        return rosterPages.take(1, nowMs);
    }

    long takeLock(long nowMs) {
        locks = locks == null ? new RateLimit(rates.locks()) : locks;
        return locks.take(1, nowMs);
    }

    long takeBytes(int count, long nowMs) {
        bytes = bytes == null ? new RateLimit(rates.eventBytes()) : bytes;
        return bytes.take(count, nowMs);
    }

    /** Drops the limits that are as good as new. */
    void dropEarned(long nowMs) {
        tokens = ifOwed(tokens, nowMs);
        viewports = ifOwed(viewports, nowMs);
        joins = ifOwed(joins, nowMs);
        resumes = ifOwed(resumes, nowMs);
        signals = ifOwed(signals, nowMs);
        states = ifOwed(states, nowMs);
        bytes = ifOwed(bytes, nowMs);
        reactions = ifOwed(reactions, nowMs);
        rosterPages = ifOwed(rosterPages, nowMs);
        locks = ifOwed(locks, nowMs);
    }

    private static @Nullable RateLimit ifOwed(@Nullable RateLimit limit, long nowMs) {
        return limit == null || limit.isEarned(nowMs) ? null : limit;
    }
}
