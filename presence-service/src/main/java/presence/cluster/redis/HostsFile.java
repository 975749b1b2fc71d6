package presence.cluster.redis;

import io.netty.resolver.HostsFileEntriesProvider;
import io.netty.resolver.HostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the hosts file at each lookup, because container runtimes rewrite it. Thread-safe if {@code file} is. */
final class HostsFile implements HostsFileEntriesResolver {
    private final Supplier<HostsFileEntriesProvider> file;

    /** @param file reads and parses the file */
    HostsFile(Supplier<HostsFileEntriesProvider> file) {
        this.file = file;
    }

    /** The hosts file of the machine. */
    static HostsFile ofMachine() {
        return new HostsFile(() -> HostsFileEntriesProvider.parser().parseSilently());
    }

    @Override
    public @Nullable InetAddress address(String host, ResolvedAddressTypes types) {
        HostsFileEntriesProvider entries = file.get();
        String name = host.toLowerCase(Locale.ENGLISH);
        InetAddress four = first(entries.ipv4Entries(), name);
        InetAddress six = first(entries.ipv6Entries(), name);
        return switch (types) {
            case IPV4_ONLY -> four;
            case IPV6_ONLY -> six;
            case IPV6_PREFERRED -> six == null ? four : six;
            case IPV4_PREFERRED -> four == null ? six : four;
        };
    }

    private static @Nullable InetAddress first(Map<String, List<InetAddress>> entries, String name) {
        List<InetAddress> found = entries.get(name);
        return found == null || found.isEmpty() ? null : found.get(0);
    }
}
