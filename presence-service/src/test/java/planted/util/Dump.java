package planted.util;

record Dump() {}
