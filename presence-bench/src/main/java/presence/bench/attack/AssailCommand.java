package presence.bench.attack;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One attack, in the process that {@link AttackProcess} starts. It ends at the end of its standard input. */
@Command(name = "assail", hidden = true)
public final class AssailCommand implements Callable<Integer> {
    static final String BEGUN = "the attack has begun";

    /** Bounds its life whatever happens to the parent process. */
    private static final int MAX_SECONDS = 300;

    @Parameters
    private String attack = "";

    @Option(names = "--url", required = true)
    private URI url = URI.create("ws://127.0.0.1:1/ws");

    @Option(names = "--ops-port")
    private int opsPort;

    @Option(names = "--board-prefix")
    private String prefix = "";

    @Option(names = "--boards")
    private int boards = 1;

    @Option(names = "--connections")
    private int connections = 1;

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Thread parent = new Thread(() -> awaitEnd(over), "parent");
        parent.setDaemon(true);
        parent.start();
        AttackRun run = new AttackRun(
                Attacks.named(attack),
                new AttackTarget(url, opsPort, prefix, boards),
                connections,
                () -> System.err.println(BEGUN));
        run.start();
        over.await(MAX_SECONDS, TimeUnit.SECONDS);
        System.out.println(new Gson().toJson(run.report()));
        return 0;
    }

    private static void awaitEnd(CountDownLatch over) {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // Handled like the end of the input.
        }
        over.countDown();
    }
}
