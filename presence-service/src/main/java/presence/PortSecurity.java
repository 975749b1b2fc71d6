package presence;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.security.ApiTokens;
import presence.security.Authenticator;
import presence.security.FileWatch;
import presence.security.JwtAuthenticator;
import presence.security.ServerTls;

/** Authentication and TLS of the public port, and the tokens for the HTTP API on the operators' port, as configured. */
final class PortSecurity implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PortSecurity.class);

    private final FileWatch files;
    private final @Nullable ServerTls tls;
    private final @Nullable JwtAuthenticator authenticator;
    private final ApiTokens apiTokens;

    /**
     * @param clock monotonic milliseconds
     * @throws ConfigException if a certificate, the keys of tokens or the tokens for the API cannot be loaded
     */
    PortSecurity(ServiceConfig config, ServiceMetrics metrics, LongSupplier clock) throws ConfigException {
        files = new FileWatch(config.filesCheck());
        try {
            apiTokens = new ApiTokens(config.api(), files, metrics);
            tls = config.tls().enabled() ? new ServerTls(config.tls(), files, metrics) : null;
            authenticator = config.auth().required()
                    ? new JwtAuthenticator(
                            config.auth(),
                            config.clients().maxNameBytes(),
                            files,
                            metrics,
                            clock,
                            System::currentTimeMillis)
                    : null;
        } catch (ConfigException e) {
            files.close();
            throw e;
        }
        // Expected of a node for tests that only this machine reaches.
        if (authenticator == null && !(config.dev() && PresenceService.isLoopback(config.bind()))) {
            log.warn("no authentication: any client may join any board under any name;"
                    + " PRESENCE_AUTH=jwt requires tokens");
        }
    }

    /** Null: the public port speaks plain HTTP. */
    @Nullable ServerTls tls() {
        return tls;
    }

    /** Null: no authentication. */
    @Nullable Authenticator authenticator() {
        return authenticator;
    }

    ApiTokens apiTokens() {
        return apiTokens;
    }

    @Override
    public void close() {
        files.close();
        if (tls != null) {
            tls.close();
        }
        if (authenticator != null) {
            authenticator.close();
        }
    }
}
