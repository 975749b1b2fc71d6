package presence.testserver;

import java.io.IOException;

/** A program that starts a node, prints its process id and waits to be killed. */
final class LeavesAServer {
    private LeavesAServer() {}

    @SuppressWarnings("resource") // That is what is tested.
    public static void main(String[] arguments) throws IOException {
        System.out.println(PresenceServer.start().pid());
        int unused = System.in.read();
    }
}
