package presence.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcReadingTest {
    @Test
    void readsCpuTimeBehindANameWithBrackets() {
        String stat = "4711 (java) (x 1) S 1 4711 4711 0 -1 4194304 100 0 0 0 1234 66 0 0 20 0 40 0 1 2 3";

        assertThat(ProcessUsage.cpuSeconds(stat)).isEqualTo(13.0);
    }

    @Test
    void readsResidentMemory() {
        assertThat(ProcessUsage.rssKib("VmPeak:\t  900 kB\nVmRSS:\t  123456 kB\nThreads:\t7\n"))
                .isEqualTo(123_456);
    }

    @Test
    void readsTheHardLimitOfOpenFiles() {
        String limits = "Limit                     Soft Limit           Hard Limit           Units     \n"
                + "Max processes             94530                94531                processes \n"
                + "Max open files            1024                 20000                files     \n";

        assertThat(OpenFiles.limit(limits)).isEqualTo(20_000);
        assertThat(OpenFiles.limit(limits.replace("20000", "unlimited"))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void addsUpWhatRedisPublished() {
        String stats = "# Commandstats\r\ncmdstat_publish:calls=100,usec=7,usec_per_call=0.07\r\n"
                + "cmdstat_hset:calls=9,usec=1\r\ncmdstat_spublish:calls=23,usec=7,usec_per_call=0.07\r\n";

        assertThat(RedisProcess.published(stats)).isEqualTo(123);
    }
}
