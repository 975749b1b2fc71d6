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
 * Refuses requests of web pages to the operators' port: a page in an operator's browser can send requests to any port
 * that the browser reaches. Programs send neither {@code Origin} nor {@code Sec-Fetch-Site} and are not affected.
 * Thread-safe.
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

    /** Counts refusals of the operators' port. */
    EnumCounters<OpsLimit> limited() {
        return limited;
    }

    /** Counts and returns why a request is refused; null if it is allowed. */
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

    /** Allowed, as for links in Prometheus' list of targets: the page with the link cannot read the response. */
    private static boolean isFollowedLink(HttpRequest request) {
        return (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
                && request.headers().get("Sec-Fetch-Mode", "").equals("navigate")
                && request.headers().get("Sec-Fetch-Dest", "").equals("document");
    }
}
