package presence.server;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps addresses to modules of the browser client: {@code /presence-client.js}, and with the version of this node's
 * client {@code /presence-client@0.2.0.js}, whose imports lead to the same version.
 */
final class ClientModules {
    private static final String FOLDER = "/presence/client/";
    private static final String NAME = "presence-[a-z][a-z-]{0,40}";
    private static final Pattern PATH = Pattern.compile("/(" + NAME + ")(?:@([0-9A-Za-z.+-]{1,64}))?\\.js");
    private static final Pattern IMPORT = Pattern.compile("(['\"])\\./(" + NAME + ")\\.js\\1");
    private static final Pattern VERSION = Pattern.compile("\"version\": \"([0-9A-Za-z.+-]{1,64})\"");

    /**
     * An address of a module.
     *
     * @param version null: whichever this node has
     */
    record Address(String name, @Nullable String version) {
        String resource() {
            return FOLDER + name + ".js";
        }
    }

    /** The file with the version, as a resource. */
    static final String PACKAGE = FOLDER + "package.json";

    private ClientModules() {}

    /** Returns empty for a path that no module of the client can have. */
    static Optional<Address> at(String path) {
        Matcher matcher = PATH.matcher(path);
        return matcher.matches() ? Optional.of(new Address(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** Reads the version from the content of {@code package.json}. */
    static String version(byte[] packageJson) {
        Matcher matcher = VERSION.matcher(new String(packageJson, StandardCharsets.UTF_8));
        if (!matcher.find()) {
            throw new IllegalStateException("no version in " + PACKAGE);
        }
        return matcher.group(1);
    }

    /** Returns a module with its imports of other modules led to those of the version. */
    static byte[] versioned(byte[] module, String version) {
        String text = new String(module, StandardCharsets.UTF_8);
        String led = IMPORT.matcher(text).replaceAll("$1./$2@" + Matcher.quoteReplacement(version) + ".js$1");
        return led.getBytes(StandardCharsets.UTF_8);
    }
}
