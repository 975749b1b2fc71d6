package presence.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys that tokens are verified with, and the claims that tokens need.
 *
 * @param secret, publicKey, jwks exactly one of them is not empty, if required
 * @param secretFile the file with the secret; empty if a variable holds it
 * @param publicKey a path
 * @param jwks a path or a URL
 * @param audiences empty = any
 * @param jwksPrivate whether the host of a key set's URL may resolve to a private address
 */
public record AuthConfig(
        boolean required,
        String secret,
        String secretFile,
        String publicKey,
        String jwks,
        Duration jwksRefresh,
        String issuer,
        List<String> audiences,
        Duration leeway,
        boolean jwksPrivate) {
    public boolean jwksIsUrl() {
        return jwks.contains("://");
    }

    /** The key set, without the query of a URL, which may hold a secret. */
    public String jwksShown() {
        return jwks.replaceFirst("\\?.*", "?…");
    }

    /** Omits the secret. */
    @Override
    public String toString() {
        return "Auth[required=" + required + ", publicKey=" + publicKey + ", jwks=" + jwksShown() + ", issuer=" + issuer
                + ", audiences=" + audiences + "]";
    }

    static AuthConfig from(SettingReader read) throws ConfigException {
        String jwks = read.text(Setting.PRESENCE_JWT_JWKS);
        AuthConfig auth = new AuthConfig(
                read.is(Setting.PRESENCE_AUTH, "jwt"),
                read.secret(Setting.PRESENCE_JWT_SECRET),
                read.secretFile(Setting.PRESENCE_JWT_SECRET),
                read.file(Setting.PRESENCE_JWT_PUBLIC_KEY),
                jwks.contains("://") ? jwks : read.file(Setting.PRESENCE_JWT_JWKS),
                read.seconds(Setting.PRESENCE_JWT_JWKS_REFRESH_SECONDS),
                read.text(Setting.PRESENCE_JWT_ISSUER),
                read.list(Setting.PRESENCE_JWT_AUDIENCE),
                read.seconds(Setting.PRESENCE_JWT_LEEWAY_SECONDS),
                read.is(Setting.PRESENCE_JWT_JWKS_ADDRESSES, "any"));
        long keys = Stream.of(auth.secret(), auth.publicKey(), auth.jwks())
                .filter(key -> !key.isEmpty())
                .count();
        String choice = "PRESENCE_JWT_SECRET, PRESENCE_JWT_PUBLIC_KEY and PRESENCE_JWT_JWKS";
        if (auth.required() && keys != 1) {
            throw new ConfigException("PRESENCE_AUTH=jwt needs exactly one of " + choice + ", not " + keys);
        }
        if (!auth.required() && keys > 0) {
            throw new ConfigException("one of " + choice + " is set, but PRESENCE_AUTH=none asks for no token:"
                    + " set PRESENCE_AUTH=jwt, or unset it");
        }
        if (!auth.secret().isEmpty() && auth.secret().getBytes(StandardCharsets.UTF_8).length < 32) {
            throw new ConfigException("PRESENCE_JWT_SECRET must have at least 32 bytes: it can be guessed otherwise");
        }
        if (auth.jwksIsUrl() && !isSafe(jwks)) {
            throw new ConfigException("PRESENCE_JWT_JWKS=" + SettingReader.shown(auth.jwksShown())
                    + " must be a file or an https:// URL without a user: anyone who can change the keys can"
                    + " forge any identity");
        }
        return auth;
    }

    /** Whether keys cannot be changed on the way: HTTPS, or HTTP to this machine. */
    private static boolean isSafe(String url) {
        try {
            URI uri = new URI(url);
            boolean local = Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && local);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
