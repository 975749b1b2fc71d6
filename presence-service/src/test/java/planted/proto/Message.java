package planted.proto;

/** Stands for the generated code. */
public record Message(int field) {}
