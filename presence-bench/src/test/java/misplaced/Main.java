package misplaced;

public record Main() {}
