package presence.model;

/** How a member wants to be shown. Empty strings where nothing was said. */
public record Profile(String userId, String name, String color, String avatarUrl, String device) {
    public static final Profile EMPTY = new Profile("", "", "", "", "");
}
