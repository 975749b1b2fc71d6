package presence.ops;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import presence.config.ConfigException;
import presence.config.Setting;

/**
 * Checks the {@code Host} of requests to the operators' port. A page can make its own name resolve to this machine (DNS
 * rebinding), and browsers then let it read the responses; but the request has the page's name as {@code Host}. So IP
 * addresses are accepted, and names that cannot be registered. Immutable.
 */
public final class OpsHosts {
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");
    private static final Pattern SINGLE_LABEL = Pattern.compile("[a-z0-9_-]+");
    private static final List<String> LOCAL = List.of("localhost", "*.localhost");
    /** Service names of container networks and Kubernetes; {@code internal} is reserved for private use. */
    private static final List<String> PRIVATE = List.of("*.svc", "*.cluster.local", "*.internal");

    private static final Path OWN_NAME = Path.of("/proc/sys/kernel/hostname");

    private final boolean all;
    private final boolean singleLabels;
    private final List<String> names;

    private OpsHosts(boolean all, boolean singleLabels, List<String> names) {
        this.all = all;
        this.singleLabels = singleLabels;
        this.names = names;
    }

    /**
     * @param list names to accept besides the default ones, comma-separated; {@code *.example.com} = its subdomains,
     *     {@code *} = any
     * @param isLoopback whether the port can be reached from this machine only: names of container networks are then
     *     refused
     * @throws ConfigException for the first entry that is not a name
     */
    public static OpsHosts of(String list, boolean isLoopback) throws ConfigException {
        return of(list, isLoopback, ownName());
    }

    static OpsHosts of(String list, boolean isLoopback, String ownName) throws ConfigException {
        List<String> names = new ArrayList<>(LOCAL);
        if (!ownName.isEmpty()) {
            names.add(ownName.toLowerCase(Locale.ROOT));
        }
        if (!isLoopback) {
            names.addAll(PRIVATE);
        }
        boolean all = false;
        for (String entry : list.isBlank() ? new String[0] : list.split(",", -1)) {
            String name = entry.strip().toLowerCase(Locale.ROOT);
            if (name.equals("*")) {
                all = true;
            } else if (NAME.matcher(name).matches()) {
                names.add(name);
            } else {
                throw new ConfigException(Setting.PRESENCE_OPS_HOSTS
                        + " has an entry that is not like presence.example, *.example.com or *");
            }
        }
        return new OpsHosts(all, !isLoopback, List.copyOf(names));
    }

    private static String ownName() {
        try {
            return Files.readString(OWN_NAME).strip();
        } catch (IOException e) {
            // Not Linux.
            String name = System.getenv("HOSTNAME");
            return name == null ? "" : name;
        }
    }

    /** @param host the header {@code Host}, its port included */
    public boolean accept(String host) {
        if (all) {
            return true;
        }
        String name = host.strip().replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            return NetUtil.isValidIpV6Address(name.substring(1, name.length() - 1));
        }
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return NetUtil.isValidIpV4Address(bare)
                || singleLabels && SINGLE_LABEL.matcher(bare).matches()
                || names.stream().anyMatch(pattern -> matches(pattern, bare));
    }

    private static boolean matches(String pattern, String name) {
        return pattern.startsWith("*.")
                ? name.endsWith(pattern.substring(1)) && name.length() >= pattern.length()
                : name.equals(pattern);
    }
}
