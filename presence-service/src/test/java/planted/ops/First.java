package planted.ops;

record First(Second next) {}
