package presence.model;

/** How a member is shown. Empty strings for fields that the client left out. */
public record Profile(String userId, String name, String color, String avatarUrl, String device) {
    /** The device of an agent, and of no other member. */
    public static final String AGENT = "agent";

    public static final Profile EMPTY = new Profile("", "", "", "", "");

    /** Returns this profile with every field that {@code sure} has replaced by it. */
    public Profile overriddenBy(Profile sure) {
        return new Profile(
                first(sure.userId, userId),
                first(sure.name, name),
                first(sure.color, color),
                first(sure.avatarUrl, avatarUrl),
                first(sure.device, device));
    }

    /** Returns this profile without its device, which is of no interest outside the board. */
    public Profile withoutDevice() {
        return device.isEmpty() ? this : new Profile(userId, name, color, avatarUrl, "");
    }

    /** Returns this profile, without its device where that would show a person as an agent. */
    public Profile ofPerson() {
        return device.equals(AGENT) ? withoutDevice() : this;
    }

    /** Returns the characters of all fields together. */
    public int length() {
        return userId.length() + name.length() + color.length() + avatarUrl.length() + device.length();
    }

    private static String first(String sure, String said) {
        return sure.isEmpty() ? said : sure;
    }
}
