package presence.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.ServiceProcess;

/** Measures the time from the start of the process to its log line "ready", with a class archive and without. */
record StartRow() implements Row {
    @Override
    public String name() {
        return "start";
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                Figure.reported("start to ready, s"),
                new Figure("the same with a class archive, s", Limit.atMost(0.75)));
    }

    @Override
    public String command() {
        return "java -XX:ArchiveClassesAtExit=A -jar presence-service.jar, then -XX:SharedArchiveFile=A; "
                + "from JDK 25 on -XX:AOTCacheOutput=A, then -XX:AOTCache=A";
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        boolean aot = testBed.javaRelease() >= 25;
        Path folder = Files.createTempDirectory("presence-archive");
        Path archive = folder.resolve(aot ? "service.aot" : "service.jsa");
        try {
            double plain = start(testBed, List.of());
            start(testBed, List.of((aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive));
            if (!Files.exists(archive)) {
                throw new CannotMeasureException("java wrote no archive of its classes");
            }
            double archived = start(testBed, List.of((aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive));
            return new Reading(List.of(plain, archived), "");
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(folder);
        }
    }

    /** Ends the service with SIGTERM, so that the archive is written. */
    private static double start(TestBed testBed, List<String> options) throws IOException, InterruptedException {
        try (ServiceProcess service = testBed.service(Map.of(), options)) {
            return service.startSeconds();
        }
    }
}
