package presence.connection;

import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.security.LimitKind;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** Meters of all connections: the shared ones, and one per kind of frame, close reason, error and limit. */
public record ConnectionMetrics(
        ServiceMetrics service,
        EnumCounters<ClientEvent.Kind> framesIn,
        EnumCounters<ServerFrameKind> framesOut,
        EnumCounters<CloseReason> closed,
        EnumCounters<ErrorCode> refused,
        EnumCounters<LimitKind> limited) {

    public static ConnectionMetrics in(ServiceMetrics service) {
        return new ConnectionMetrics(
                service,
                service.counterPer(
                        ClientEvent.Kind.class, "presence.frames.in", "type", "binary messages from clients"),
                service.counterPer(ServerFrameKind.class, "presence.frames.out", "type", "frames to clients"),
                service.counterPer(
                        CloseReason.class, "presence.closed", "reason", "connections this node closed, by reason"),
                service.counterPer(ErrorCode.class, "presence.refused", "code", "frames refused, by error code"),
                service.counterPer(LimitKind.class, "presence.limited", "limit", "refusals by limit"));
    }
}
