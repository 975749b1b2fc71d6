package presence;

/** Of this release. */
final class Version {
    private Version() {}

    /** As in the jar's manifest; "development" outside of one. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
