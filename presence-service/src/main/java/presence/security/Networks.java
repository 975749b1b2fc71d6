package presence.security;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import presence.config.ConfigException;
import presence.config.Setting;
import presence.model.Printable;

/** A list of IP networks. An IPv4 address equals its IPv4-mapped IPv6 address. Immutable. */
public final class Networks {
    /** All addresses that are not public: private, of this machine, link-local, multicast and reserved ones. */
    public static final String PRIVATE = "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,"
            + "192.168.0.0/16,224.0.0.0/3,::,::1,fc00::/7,fe80::/10,ff00::/8";

    /** Excludes host names, which would be resolved, and scopes. */
    private static final Pattern ENTRY = Pattern.compile("([0-9a-fA-F:.]+)(?:/(\\d{1,3}))?");

    private static final int SHOWN = 64;

    /** @param suffix number of bits behind the network prefix */
    private record Network(int bytes, int suffix, BigInteger prefix) {
        boolean contains(byte[] address) {
            return address.length == bytes
                    && new BigInteger(1, address).shiftRight(suffix).equals(prefix);
        }
    }

    private final List<Network> networks;

    private Networks(List<Network> networks) {
        this.networks = networks;
    }

    /**
     * Reads a list such as {@code 10.0.0.0/8,2001:db8::/32,192.0.2.7}, comma-separated.
     *
     * @param setting the setting with the list, for the message
     * @throws ConfigException for the first entry that is neither an address nor a network
     */
    public static Networks of(Setting setting, String list) throws ConfigException {
        List<Network> networks = new ArrayList<>();
        for (String entry : list.split(",", -1)) {
            Network network = parse(entry.strip());
            if (network == null) {
                throw new ConfigException(
                        setting + " has \"" + shown(entry.strip())
                                + "\", which is not like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7 (bits behind the prefix are 0)");
            }
            networks.add(network);
        }
        return new Networks(List.copyOf(networks));
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return networks.stream().anyMatch(network -> network.contains(bytes));
    }

    private static @Nullable Network parse(String text) {
        Matcher match = ENTRY.matcher(text);
        InetAddress address = match.matches() ? NetUtil.createInetAddressFromIpAddressString(match.group(1)) : null;
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        int bits = bytes.length * 8;
        int prefixLength = match.group(2) == null ? bits : Integer.parseInt(match.group(2));
        if (prefixLength > bits) {
            return null;
        }
        BigInteger value = new BigInteger(1, bytes);
        int suffix = bits - prefixLength;
        // 10.1.2.3/8 could mean a host or a network: refused, to trust no more than intended.
        return value.getLowestSetBit() >= suffix || value.signum() == 0
                ? new Network(bytes.length, suffix, value.shiftRight(suffix))
                : null;
    }

    private static String shown(String entry) {
        String clean = Printable.of(entry);
        return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "…";
    }
}
