package presence.connection;

import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.security.Limit;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.FrameKind;

/** Meters of all sessions: the shared ones, and one per kind of frame, close reason, error and limit. */
public record ConnectionMetrics(
        ServiceMetrics service,
        EnumCounters<ClientEvent.Kind> framesIn,
        EnumCounters<FrameKind> framesOut,
        EnumCounters<CloseReason> closed,
        EnumCounters<ErrorCode> refused,
        EnumCounters<Limit> limited) {

    public static ConnectionMetrics in(ServiceMetrics service) {
        return new ConnectionMetrics(
                service,
                service.counterPer(
                        ClientEvent.Kind.class, "presence.frames.in", "type", "binary messages from clients"),
                service.counterPer(FrameKind.class, "presence.frames.out", "type", "frames to clients"),
                service.counterPer(
                        CloseReason.class, "presence.closed", "reason", "connections this node closed, by reason"),
                service.counterPer(ErrorCode.class, "presence.refused", "code", "frames refused, by error code"),
                service.counterPer(
                        Limit.class, "presence.limited", "limit", "refused because there was too much, by limit"));
    }
}
