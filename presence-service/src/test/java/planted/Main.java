package planted;

/** No package may import it. */
public final class Main {
    private Main() {}
}
