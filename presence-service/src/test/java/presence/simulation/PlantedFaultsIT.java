package presence.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The simulation finds faults that were found the hard way: compiles each of them into the service and runs seeds. */
@Tag("long")
class PlantedFaultsIT {
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final long SEEDS = Long.getLong("presence.simulation.seeds", 10_000);
    private static final Path SOURCES =
            Path.of(System.getProperty("presence.root", "..")).resolve("presence-service/src/main/java/presence");
    static final List<PlantedFault> FOUND = PlantedFault.FOUND;
    static final List<PlantedFault> OPEN = PlantedFault.OPEN;
    static final List<PlantedFault> MASKED = PlantedFault.MASKED;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @FieldSource("FOUND")
    void isFound(PlantedFault fault) throws Exception {
        run(fault);
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("OPEN")
    @EnabledIfSystemProperty(named = "presence.simulation.open", matches = "true")
    void isFoundByMoreSeeds(PlantedFault fault) throws Exception {
        run(fault);
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("MASKED")
    void isReached(PlantedFault place) throws Exception {
        run(place);
    }

    private void run(PlantedFault fault) throws Exception {
        compile(fault);
        String found = survey();
        System.out.println(fault.name() + ": " + found);
        assertThat(found).startsWith("seed ");
    }

    private void compile(PlantedFault fault) throws IOException {
        String source = Files.readString(SOURCES.resolve(fault.file()));
        assertThat(source).as("the source has changed: " + fault.file()).contains(fault.repaired());
        Path altered = folder.resolve(Path.of(fault.file()).getFileName());
        Files.writeString(altered, source.replace(fault.repaired(), fault.faulty()));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-d", folder.toString(), "-proc:none", "-nowarn", "-cp", CLASS_PATH);
            boolean compiled = compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(altered))
                    .call();
            assertThat(compiled).isTrue();
        }
    }

    /** Runs the simulation with the altered classes before all others. */
    private String survey() throws Exception {
        List<URL> path = new ArrayList<>();
        path.add(folder.toUri().toURL());
        Stream.of(CLASS_PATH.split(java.io.File.pathSeparator))
                .map(PlantedFaultsIT::url)
                .forEach(path::add);
        try (OwnClasses loader = new OwnClasses(path.toArray(new URL[0]))) {
            Class<?> survey = loader.loadClass("presence.simulation.Survey");
            var run = survey.getDeclaredMethod("firstFailure", long.class, long.class);
            run.setAccessible(true);
            return (String) run.invoke(null, 1L, SEEDS);
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads the project's classes anew, and takes those of libraries from the test's own loader. */
    private static final class OwnClasses extends URLClassLoader {
        OwnClasses(URL[] path) {
            super(path, PlantedFaultsIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("presence.") || name.startsWith("presence.proto.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
