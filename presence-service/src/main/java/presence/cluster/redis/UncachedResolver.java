package presence.cluster.redis;

import io.lettuce.core.resource.Transports;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;

/**
 * Resolves names anew at each attempt to connect, however long the answer before may be kept: after a failover the name
 * leads elsewhere, and whoever keeps the old address for its TTL is without Redis for that time.
 */
final class UncachedResolver {
    private UncachedResolver() {}

    /** @param servers to ask */
    static DnsAddressResolverGroup askedOf(DnsServerAddressStreamProvider servers) {
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
