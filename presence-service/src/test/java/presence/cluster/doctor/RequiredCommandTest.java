package presence.cluster.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.LuaScript;

class RequiredCommandTest {
    private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('(\\w+)'");
    /** Commands that {@link PermissionCheck} itself tries. */
    private static final Set<String> OF_CHANNELS = Set.of("publish");

    private static Set<String> scripts() throws Exception {
        URI folder = LuaScript.class.getResource("apply.lua").toURI().resolve(".");
        return Stream.of(new File(folder).list())
                .filter(name -> name.endsWith(".lua"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyScriptIsTried() throws Exception {
        Set<String> tried =
                Arrays.stream(RequiredScript.values()).map(RequiredScript::file).collect(Collectors.toSet());
        tried.add("may.lua");
        assertThat(scripts()).isEqualTo(tried);
    }

    @Test
    void everyCommandInAScriptIsTried() throws Exception {
        Set<String> called = new TreeSet<>();
        for (String script : scripts()) {
            CALL.matcher(LuaScript.load(script).source())
                    .results()
                    .forEach(call -> called.add(call.group(1).toLowerCase(Locale.ROOT)));
        }
        Set<String> tried = Arrays.stream(RequiredCommand.values())
                .map(RequiredCommand::rule)
                .collect(Collectors.toSet());
        tried.addAll(OF_CHANNELS);
        assertThat(called).contains("hset", "zadd").isSubsetOf(tried);
    }
}
