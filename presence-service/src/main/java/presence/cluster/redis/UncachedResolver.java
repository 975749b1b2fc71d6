package presence.cluster.redis;

import io.lettuce.core.resource.Transports;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;

/**
 * Builds a DNS resolver without a cache, so that each attempt to connect resolves the host again: after a failover the
 * name has a new address, and a cached one would be wrong until its TTL ends.
 */
final class UncachedResolver {
    private UncachedResolver() {}

    /** @param servers DNS servers to query */
    static DnsAddressResolverGroup withServers(DnsServerAddressStreamProvider servers) {
        return new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(Transports.datagramChannelClass())
                .socketChannelType(
                        Transports.socketChannelClass().asSubclass(io.netty.channel.socket.SocketChannel.class))
                .nameServerProvider(servers)
                .hostsFileEntriesResolver(HostsFile.ofMachine())
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE));
    }
}
