package presence.session;

import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.security.Limit;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;

/** Meters of all sessions: the shared ones, and one per close reason and per error. */
public record SessionMetrics(
        ServiceMetrics service,
        EnumCounters<CloseReason> closed,
        EnumCounters<ErrorCode> refused,
        EnumCounters<Limit> limited) {

    public static SessionMetrics in(ServiceMetrics service) {
        return new SessionMetrics(
                service,
                service.counterPer(
                        CloseReason.class, "presence.closed", "reason", "connections this node closed, by reason"),
                service.counterPer(ErrorCode.class, "presence.refused", "code", "frames refused, by error code"),
                service.counterPer(
                        Limit.class, "presence.limited", "limit", "refused because there was too much, by limit"));
    }
}
