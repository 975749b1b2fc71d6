package presence.model;

/** How a member wants to be shown. Empty strings where nothing was said. */
public record Profile(String userId, String name, String color, String avatarUrl, String device) {
    public static final Profile EMPTY = new Profile("", "", "", "", "");

    /** With what another profile says for sure in the place of what this one says. */
    public Profile overriddenBy(Profile sure) {
        return new Profile(
                first(sure.userId, userId),
                first(sure.name, name),
                first(sure.color, color),
                first(sure.avatarUrl, avatarUrl),
                first(sure.device, device));
    }

    /** Characters of all fields together. */
    public int length() {
        return userId.length() + name.length() + color.length() + avatarUrl.length() + device.length();
    }

    private static String first(String sure, String said) {
        return sure.isEmpty() ? said : sure;
    }
}
