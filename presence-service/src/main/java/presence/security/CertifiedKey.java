package presence.security;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import presence.config.ConfigException;

/**
 * A certificate with its private key.
 *
 * @param chain the certificate itself comes first
 */
record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {
    /** @throws ConfigException if the files cannot be used, or do not belong together, in one line */
    static CertifiedKey read(Path certificate, Path key) throws ConfigException {
        List<X509Certificate> chain = new Pem(certificate).certificates();
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey privateKey = new Pem(key).privateKey(publicKey);
        if (!belongTogether(privateKey, publicKey)) {
            throw new ConfigException("the key in " + key + " is not that of the certificate in " + certificate);
        }
        return new CertifiedKey(chain, privateKey);
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    X509Certificate[] chainArray() {
        return chain.toArray(new X509Certificate[0]);
    }

    /** Checks that key and certificate match; TLS would fail only at the first connection. */
    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        byte[] anything = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(anything);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
