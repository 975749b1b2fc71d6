package presence.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import presence.config.ConfigException;

/**
 * A key that verifies tokens, with its one algorithm. A token's header only selects among the keys, so no token can
 * have a key used with another algorithm. Immutable.
 */
final class JwtKey {
    /** The prefix of the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int MIN_RSA_BITS = 2048;

    /** Verifies a signature. */
    private interface Check {
        boolean verify(JWSHeader header, byte[] signed, byte[] signature) throws JOSEException;
    }

    private final @Nullable String id;
    private final JWSAlgorithm algorithm;
    private final Check check;

    private JwtKey(@Nullable String id, JWSAlgorithm algorithm, Check check) {
        this.id = id;
        this.algorithm = algorithm;
        this.check = check;
    }

    /** @throws ConfigException if it is shorter than 32 bytes */
    static JwtKey ofSecret(String secret) throws ConfigException {
        try {
            return of(null, JWSAlgorithm.HS256, new MACVerifier(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new ConfigException("PRESENCE_JWT_SECRET cannot be used: " + e.getMessage());
        }
    }

    /** @throws ConfigException if no supported algorithm uses it */
    static JwtKey ofPublicKey(PublicKey key) throws ConfigException {
        try {
            if (key instanceof RSAPublicKey rsa) {
                return of(new RSAKey.Builder(rsa).build());
            }
            if (key instanceof ECPublicKey ec) {
                return of(new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build());
            }
            return new JwtKey(null, JWSAlgorithm.EdDSA, ed25519(key));
        } catch (JOSEException | IllegalArgumentException e) {
            throw new ConfigException("PRESENCE_JWT_PUBLIC_KEY cannot be used: " + e.getMessage());
        }
    }

    /**
     * The keys of a set with a supported algorithm; other keys are ignored.
     *
     * @throws ParseException if this is no key set, or has no such key
     */
    static List<JwtKey> ofSet(String json) throws ParseException {
        List<JwtKey> keys = new ArrayList<>();
        Map<String, Object>[] listed = JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(json), "keys");
        for (Map<String, Object> one : listed == null ? List.<Map<String, Object>>of() : Arrays.asList(listed)) {
            try {
                JWK key = JWK.parse(one);
                if (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE)) {
                    keys.add(of(key));
                }
            } catch (JOSEException | ParseException | RuntimeException e) {
                // Ignored (RFC 7517, section 5): of another kind, or malformed.
            }
        }
        if (keys.isEmpty()) {
            throw new ParseException("no key for RS256, ES256 or EdDSA in it", 0);
        }
        return List.copyOf(keys);
    }

    private static JwtKey of(JWK key) throws JOSEException {
        JwtKey made;
        if (key instanceof RSAKey rsa) {
            if (rsa.size() < MIN_RSA_BITS) {
                throw new JOSEException(
                        "an RSA key of " + rsa.size() + " bits is too short, at least " + MIN_RSA_BITS + " are needed");
            }
            made = of(key.getKeyID(), JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toRSAPublicKey()));
        } else if (key instanceof ECKey ec && ec.getCurve().equals(Curve.P_256)) {
            made = of(key.getKeyID(), JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey()));
        } else if (key instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
            made = new JwtKey(key.getKeyID(), JWSAlgorithm.EdDSA, ed25519(publicKey(pair)));
        } else {
            throw new JOSEException("the key is not RSA, EC P-256 or Ed25519");
        }
        if (key.getAlgorithm() != null && !key.getAlgorithm().getName().equals(made.algorithm.getName())) {
            throw new JOSEException("a key for " + key.getAlgorithm());
        }
        return made;
    }

    private static JwtKey of(@Nullable String id, JWSAlgorithm algorithm, JWSVerifier verifier) {
        return new JwtKey(
                id,
                algorithm,
                (header, signed, signature) -> verifier.verify(header, signed, Base64URL.encode(signature)));
    }

    private static PublicKey publicKey(OctetKeyPair pair) throws JOSEException {
        byte[] x = pair.getDecodedX();
        byte[] encoded = new byte[ED25519_HEAD.length + x.length];
        System.arraycopy(ED25519_HEAD, 0, encoded, 0, ED25519_HEAD.length);
        System.arraycopy(x, 0, encoded, ED25519_HEAD.length, x.length);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("not an Ed25519 key", e);
        }
    }

    /** Uses the JDK: Nimbus needs another library for Ed25519. */
    private static Check ed25519(PublicKey key) throws JOSEException {
        if (!key.getAlgorithm().equals("EdDSA")) {
            throw new JOSEException("a key of kind " + key.getAlgorithm());
        }
        return (header, signed, signature) -> {
            try {
                Signature check = Signature.getInstance("Ed25519");
                check.initVerify(key);
                check.update(signed);
                return check.verify(signature);
            } catch (GeneralSecurityException e) {
                return false;
            }
        };
    }

    /** Whether a check is short enough for an event loop. */
    boolean isCheap() {
        return algorithm.equals(JWSAlgorithm.HS256);
    }

    /** Whether this key may have signed a token with this header. */
    boolean fits(JWSHeader header) {
        return algorithm.equals(header.getAlgorithm())
                && (id == null || header.getKeyID() == null || Objects.equals(id, header.getKeyID()));
    }

    boolean verify(JWSHeader header, byte[] signed, byte[] signature) {
        try {
            return check.verify(header, signed, signature);
        } catch (JOSEException | RuntimeException e) {
            return false;
        }
    }
}
