package misplaced.util;

record Dump() {}
