package presence;

/** The version of this release. */
public final class Version {
    private Version() {}

    /** The version in the jar's manifest; "development" outside a jar. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
