package presence.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.HostsFileEntriesProvider;
import io.netty.resolver.ResolvedAddressTypes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest {
    @Test
    void isReadAnewEachTime(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("hosts");
        HostsFile hosts = new HostsFile(
                () -> HostsFileEntriesProvider.parser().parseSilently(file.toFile(), StandardCharsets.UTF_8));
        Files.writeString(file, "127.0.0.5 redis.test\n");
        assertThat(hosts.address("Redis.Test", ResolvedAddressTypes.IPV4_PREFERRED))
                .hasToString("redis.test/127.0.0.5");
        Files.writeString(file, "127.0.0.6 redis.test\n::1 redis.test\n");
        assertThat(hosts.address("redis.test", ResolvedAddressTypes.IPV4_PREFERRED))
                .hasToString("redis.test/127.0.0.6");
        assertThat(hosts.address("redis.test", ResolvedAddressTypes.IPV6_PREFERRED))
                .hasToString("redis.test/0:0:0:0:0:0:0:1");
        assertThat(hosts.address("other.test", ResolvedAddressTypes.IPV4_PREFERRED))
                .isNull();
    }
}
