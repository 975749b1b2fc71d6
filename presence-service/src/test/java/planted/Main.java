package planted;

/** Nobody may import it. */
public final class Main {
    private Main() {}
}
