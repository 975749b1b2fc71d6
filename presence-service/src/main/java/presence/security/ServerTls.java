package presence.security;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ConfigException;
import presence.config.TlsConfig;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;

/**
 * Provides TLS for the public port: 1.2 and 1.3 with the suites of Mozilla's "intermediate" list (5.7) without DHE, by
 * BoringSSL where its library loads, else by the JDK. A changed certificate is used for new connections; if it cannot
 * be used, a warning is logged and the previous one stays in use. Thread-safe.
 */
public final class ServerTls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Path certificate;
    private final Path key;
    private final SslProvider provider;
    private final EnumCounters<ReloadResult> reloads;
    /** Guards the two below: no handler may be made from a context that is being released. */
    private final Object lock = new Object();

    private SslContext context;
    private X509Certificate shown;

    private record Loaded(SslContext context, X509Certificate certificate) {}

    /**
     * @param watch reports changed files
     * @throws ConfigException if the files cannot be used, in one line
     */
    public ServerTls(TlsConfig config, FileWatch watch, ServiceMetrics metrics) throws ConfigException {
        this(config, OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK, watch, metrics);
    }

    ServerTls(TlsConfig config, SslProvider provider, FileWatch watch, ServiceMetrics metrics) throws ConfigException {
        this.certificate = Path.of(config.certificate());
        this.key = Path.of(config.key());
        this.provider = provider;
        FileWatch.Watched files = watch.watch(certificate, key);
        Loaded loaded = load();
        context = loaded.context();
        shown = loaded.certificate();
        reloads = metrics.counterPer(
                ReloadResult.class, "presence.tls.reloads", "result", "changes of the certificate's files, by result");
        metrics.watch(
                "presence.tls.certificate.not.after.seconds",
                "when the certificate expires, in seconds since 1970",
                this,
                tls -> tls.notAfter().getEpochSecond());
        files.onChange(this::reload);
        logCertificate("tls on");
    }

    /** Creates the handler of one connection. It sets no timer: the caller bounds the time of the handshake. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler;
        synchronized (lock) {
            handler = context.newHandler(allocator);
        }
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** When the certificate in use expires. */
    Instant notAfter() {
        synchronized (lock) {
            return shown.getNotAfter().toInstant();
        }
    }

    private void reload() {
        Loaded loaded;
        try {
            loaded = load();
        } catch (ConfigException e) {
            // Possibly written only in part: the rest is another change.
            reloads.increment(ReloadResult.FAILED);
            log.warn("cannot load tls certificate; keeping the previous one: {}", e.getMessage());
            return;
        }
        synchronized (lock) {
            ReferenceCountUtil.release(context);
            context = loaded.context();
            shown = loaded.certificate();
        }
        reloads.increment(ReloadResult.TAKEN);
        logCertificate("tls certificate changed");
    }

    private void logCertificate(String event) {
        Instant end = notAfter();
        log.info("{} provider={} subject={} notAfter={}", event, provider, shown.getSubjectX500Principal(), end);
        if (end.isBefore(Instant.now())) {
            log.warn("tls certificate has expired: browsers will not connect notAfter={}", end);
        }
    }

    private Loaded load() throws ConfigException {
        CertifiedKey own = CertifiedKey.read(certificate, key);
        try {
            SslContext made = SslContextBuilder.forServer(own.key(), own.chainArray())
                    .sslProvider(provider)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .build();
            return new Loaded(made, own.certificate());
        } catch (SSLException | IllegalArgumentException e) {
            throw new ConfigException("TLS cannot use " + certificate + " with " + key + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            ReferenceCountUtil.release(context);
        }
    }
}
