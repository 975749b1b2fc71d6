package presence.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READONLY | READONLY You can't write against a read only replica. script: bc23, on @user_script:7.",
                "READONLY | ERR Error running script (call to f_1): @user_script:9: @user_script: 9: -READONLY You can't",
                "MISCONF | MISCONF Redis is configured to save RDB snapshots",
                "OOM | OOM command not allowed when used memory > 'maxmemory'.",
                "OOM | ERR Error running script (call to f_1): @user_script:9: @user_script: 9: -OOM command not allowed",
                "NOPERM | NOPERM this user has no permissions to run the 'evalsha' command",
                "NOPERM | ERR The user executing the script can't run this command or subcommand script: 1",
                "MOVED | MOVED 1234 10.0.0.7:6379",
                "NOREPLICAS | NOREPLICAS Not enough good replicas to write.",
                "CLUSTERDOWN | CLUSTERDOWN The cluster is down",
                "NOAUTH | NOAUTH Authentication required.",
                "MASTERDOWN | MASTERDOWN Link with MASTER is down",
                "ERR | ERR unknown command 'EVALSHA', with args beginning with:",
                "ERR | ERR Unknown Redis command called from script script: 1",
            })
    void isReadFromTheErrorOfAnyRelease(Refusal.Word word, String error) {
        Refusal refusal = Refusal.of(new CompletionException(new RedisCommandExecutionException(error)));
        assertThat(refusal.word()).isEqualTo(word);
        assertThat(refusal.text())
                .as("without what Redis 6.2 puts before it")
                .isEqualTo(error.replaceFirst(".*@user_script: 9: -", ""));
    }

    @Test
    void lettucesOwnKindOfReadOnlyIsOne() {
        assertThat(Refusal.of(new RedisReadOnlyException("READONLY You can't write")))
                .isNotNull();
    }

    @Test
    void whatIsNoAnswerOrGoesAwayByItselfOrIsOfOneKeyIsNone() {
        assertThat(Refusal.of(new RedisCommandTimeoutException("late"))).isNull();
        assertThat(Refusal.of(new CompletionException("not connected to Redis", null)))
                .isNull();
        assertThat(Refusal.of(new RedisNoScriptException("NOSCRIPT No matching script")))
                .isNull();
        assertThat(Refusal.of(new RedisBusyException("BUSY"))).isNull();
        assertThat(Refusal.of(new RedisLoadingException("LOADING"))).isNull();
        assertThat(Refusal.of(new RedisCommandExecutionException("WRONGTYPE Operation against a key")))
                .isNull();
        assertThat(Refusal.of(null)).isNull();
    }
}
