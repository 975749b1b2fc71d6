package presence.config;

/** Paths of PEM files for TLS on the public port. */
public record TlsConfig(String certificate, String key) {
    public boolean enabled() {
        return !certificate.isEmpty();
    }

    static TlsConfig from(SettingReader read) throws ConfigException {
        TlsConfig tls = new TlsConfig(read.file(Setting.PRESENCE_TLS_CERT), read.file(Setting.PRESENCE_TLS_KEY));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw new ConfigException("PRESENCE_TLS_CERT and PRESENCE_TLS_KEY belong together: set both or none");
        }
        return tls;
    }
}
