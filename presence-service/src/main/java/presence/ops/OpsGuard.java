package presence.ops;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;

/**
 * Keeps web pages off the operators' port: what an operator's browser can reach, a page that it shows can ask, too.
 * Programs send neither {@code Origin} nor {@code Sec-Fetch-Site} and are not concerned. Thread-safe.
 */
public final class OpsGuard {
    private final OpsHosts hosts;
    private final EnumCounters<OpsLimit> limited;

    public OpsGuard(OpsHosts hosts, ServiceMetrics metrics) {
        this.hosts = hosts;
        this.limited = metrics.counterPer(
                OpsLimit.class,
                "presence.ops.limited",
                "limit",
                "refused, ended or delayed on the operators' port, by reason");
    }

    /** What the operators' port refused, counted. */
    EnumCounters<OpsLimit> limited() {
        return limited;
    }

    /** Why a request must not be answered, counted; null if it may. */
    @Nullable OpsLimit check(HttpRequest request) {
        OpsLimit refusal = refusal(request);
        if (refusal != null) {
            limited.increment(refusal);
        }
        return refusal;
    }

    private @Nullable OpsLimit refusal(HttpRequest request) {
        List<String> named = request.headers().getAll(HttpHeaderNames.HOST);
        if (named.size() > 1 || named.size() == 1 && !hosts.accept(named.get(0))) {
            return OpsLimit.FOREIGN_HOST;
        }
        String host = named.isEmpty() ? "" : named.get(0);
        return isCrossSite(request, host) ? OpsLimit.CROSS_SITE : null;
    }

    private static boolean isCrossSite(HttpRequest request, String host) {
        HttpHeaders headers = request.headers();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host)) {
            return true;
        }
        String site = headers.get("Sec-Fetch-Site", "none");
        return !site.equals("same-origin") && !site.equals("none") && !isFollowedLink(request);
    }

    /** As from Prometheus' list of targets: the page with the link does not get to see the answer. */
    private static boolean isFollowedLink(HttpRequest request) {
        return (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
                && request.headers().get("Sec-Fetch-Mode", "").equals("navigate")
                && request.headers().get("Sec-Fetch-Dest", "").equals("document");
    }
}
