package presence.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** From the start of the process to the service's word that it is ready, with an archive of its classes and without. */
record StartRow() implements Row {
    @Override
    public String name() {
        return "start";
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                Figure.told("start to ready, s"), new Figure("the same with a class archive, s", Limit.atMost(0.75)));
    }

    @Override
    public String command() {
        return "java -XX:ArchiveClassesAtExit=A -jar presence-service.jar, then -XX:SharedArchiveFile=A; "
                + "from JDK 25 on -XX:AOTCacheOutput=A, then -XX:AOTCache=A";
    }

    @Override
    public Reading measure(TestBed lab) throws IOException, InterruptedException {
        boolean aot = lab.javaRelease() >= 25;
        Path folder = Files.createTempDirectory("presence-archive");
        Path archive = folder.resolve(aot ? "service.aot" : "service.jsa");
        try {
            double plain = start(lab, List.of());
            start(lab, List.of((aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive));
            if (!Files.exists(archive)) {
                throw new CannotMeasureException("java wrote no archive of its classes");
            }
            double archived = start(lab, List.of((aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive));
            return new Reading(List.of(plain, archived), "");
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(folder);
        }
    }

    /** Ended with SIGTERM: an archive is written then. */
    private static double start(TestBed lab, List<String> options) throws IOException, InterruptedException {
        try (ServiceProcess service = lab.service(Map.of(), options)) {
            return service.startSeconds();
        }
    }
}
