package presence.testing.client;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Headers of the PROXY protocol, version 2, valid and invalid. */
public final class ProxyHeaders {
    public static final int LOCAL = 0x20;
    public static final int PROXY = 0x21;
    public static final int TCP4 = 0x11;
    public static final int TCP6 = 0x21;

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);

    private ProxyHeaders() {}

    /** A TCP connection from that client, numeric, to any server; with {@code more} after the addresses. */
    public static byte[] v2(String client, int port, byte... more) {
        try {
            byte[] source = InetAddress.getByName(client).getAddress();
            ByteArrayOutputStream addresses = new ByteArrayOutputStream();
            addresses.writeBytes(source);
            addresses.writeBytes(new byte[source.length]);
            addresses.writeBytes(new byte[] {(byte) (port >> 8), (byte) port, 0x01, (byte) 0xbb});
            addresses.writeBytes(more);
            return v2(PROXY, source.length == 4 ? TCP4 : TCP6, addresses.toByteArray());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(client, e);
        }
    }

    /**
     * Any header.
     *
     * @param versionAndCommand one byte
     * @param familyAndTransport one byte
     */
    public static byte[] v2(int versionAndCommand, int familyAndTransport, byte[] rest) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(versionAndCommand);
        header.write(familyAndTransport);
        header.write(rest.length >> 8);
        header.write(rest.length);
        header.writeBytes(rest);
        return header.toByteArray();
    }
}
