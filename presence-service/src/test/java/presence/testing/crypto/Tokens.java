package presence.testing.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Creates tokens, as the application does. */
public final class Tokens {
    /** A secret for HS256. */
    public static final String SECRET = "0123456789abcdef0123456789abcdef";

    public static final Map<String, Object> EVERYTHING = Map.of("*", List.of("join", "observe", "signal"));

    private Tokens() {}

    /** Claims for an hour with all rights. */
    public static String of(String user) {
        return of(user, EVERYTHING, claims -> {});
    }

    /** HS256 with {@link #SECRET}, for an hour. */
    public static String of(String user, Map<String, Object> boards, Consumer<JWTClaimsSet.Builder> more) {
        return signed(secretKey(SECRET), user, boards, more);
    }

    public static OctetSequenceKey secretKey(String secret) {
        return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build();
    }

    /** Signs with the key's algorithm, with its id in the header if it has one. */
    public static String signed(JWK key, String user, Map<String, Object> boards, Consumer<JWTClaimsSet.Builder> more) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(user)
                .expirationTime(Date.from(Instant.now().plusSeconds(3_600)))
                .claim("boards", boards);
        more.accept(claims);
        return signed(
                key, new JWSHeader.Builder(algorithm(key)).keyID(key.getKeyID()).build(), claims.build());
    }

    public static String signed(JWK key, JWSHeader header, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            if (key instanceof OctetKeyPair pair) {
                return new String(jwt.getSigningInput(), StandardCharsets.US_ASCII) + "."
                        + Base64URL.encode(ed25519(pair, jwt.getSigningInput()));
            }
            jwt.sign(signer(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSAlgorithm algorithm(JWK key) {
        if (key instanceof RSAKey) {
            return JWSAlgorithm.RS256;
        }
        if (key instanceof ECKey) {
            return JWSAlgorithm.ES256;
        }
        return key instanceof OctetKeyPair ? JWSAlgorithm.EdDSA : JWSAlgorithm.HS256;
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        if (key instanceof RSAKey rsa) {
            return new RSASSASigner(rsa);
        }
        return key instanceof ECKey ec ? new ECDSASigner(ec) : new MACSigner((OctetSequenceKey) key);
    }

    private static byte[] ed25519(OctetKeyPair pair, byte[] input) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getDecodedD())));
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
