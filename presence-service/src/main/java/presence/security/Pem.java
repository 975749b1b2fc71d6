package presence.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import presence.config.ConfigException;

/**
 * Reads certificates and keys from PEM files (RFC 7468), in the default formats of common tools: PKCS #8, and the older
 * PKCS #1 ("RSA PRIVATE KEY") and SEC 1 ("EC PRIVATE KEY"). Messages name the file and the remedy.
 */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private final Path file;
    private final String text;

    /** @throws ConfigException if the file cannot be read */
    Pem(Path file) throws ConfigException {
        this.file = file;
        try {
            this.text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no file " + file);
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot read " + file + ": " + e.getClass().getSimpleName());
        }
    }

    /** The certificates, at least one, in the order of the file. */
    List<X509Certificate> certificates() throws ConfigException {
        try {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(certificateBlocks()))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException e) {
            throw new ConfigException(file + " holds a certificate that cannot be read: " + e.getMessage());
        }
        throw new ConfigException(file + " holds no \"BEGIN CERTIFICATE\"");
    }

    private byte[] certificateBlocks() {
        StringBuilder blocks = new StringBuilder();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                blocks.append(block.group()).append('\n');
            }
        }
        return blocks.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The private key that belongs to {@code other}. */
    PrivateKey privateKey(PublicKey other) throws ConfigException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY":
                    return privateKey(other, bytes(block));
                case "RSA PRIVATE KEY", "EC PRIVATE KEY":
                    return privateKey(other, asPkcs8(other, bytes(block)));
                default:
                // Curve parameters, or the certificate in the same file.
            }
        }
        if (text.contains("ENCRYPTED")) {
            throw new ConfigException(
                    file + " is encrypted: write the key without a password, with openssl pkey -in … -out …");
        }
        throw new ConfigException(file + " holds no \"BEGIN PRIVATE KEY\"");
    }

    private PrivateKey privateKey(PublicKey other, byte[] pkcs8) throws ConfigException {
        try {
            return KeyFactory.getInstance(other.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new ConfigException(file + " holds no " + other.getAlgorithm() + " key that can be read");
        }
    }

    /** The public key, or that of the first certificate. */
    PublicKey publicKey() throws ConfigException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals("PUBLIC KEY")) {
                return publicKey(bytes(block));
            }
        }
        if (text.contains("BEGIN CERTIFICATE")) {
            return certificates().get(0).getPublicKey();
        }
        throw new ConfigException(file + " holds no \"BEGIN PUBLIC KEY\" and no certificate");
    }

    private PublicKey publicKey(byte[] x509) throws ConfigException {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(x509));
            } catch (GeneralSecurityException e) {
                // Possibly of another algorithm: try the next.
            }
        }
        throw new ConfigException(file + " holds a public key that is not RSA, EC or Ed25519");
    }

    private byte[] bytes(Matcher block) throws ConfigException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file + " is damaged: " + block.group(1) + " is not Base64");
        }
    }

    /** Wraps an old format in PKCS #8, with the algorithm of the public key (RFC 5280 and RFC 5208 encode it alike). */
    private byte[] asPkcs8(PublicKey other, byte[] key) throws ConfigException {
        byte[] publicKey = other.getEncoded();
        int start = contentOf(publicKey, 0);
        if (publicKey[start] != SEQUENCE) {
            throw new ConfigException("the certificate for " + file + " has a key in an unknown format");
        }
        int content = contentOf(publicKey, start);
        int end = content + lengthAt(publicKey, start);
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(VERSION_0);
        inner.write(publicKey, start, end - start);
        inner.writeBytes(der(OCTET_STRING, key));
        return der(SEQUENCE, inner.toByteArray());
    }

    private static int contentOf(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    private static int lengthAt(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        if (length < 0x80) {
            return length;
        }
        int sum = 0;
        for (int i = 0; i < (length & 0x7f); i++) {
            sum = sum << 8 | der[at + 2 + i] & 0xff;
        }
        return sum;
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            // Long enough for any key: two bytes of length.
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
