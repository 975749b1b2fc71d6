package planted.cli;

/** Only the root may import it. */
public final class Command {
    private Command() {}
}
