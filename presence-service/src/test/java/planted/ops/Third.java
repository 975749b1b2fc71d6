package planted.ops;

record Third(Fourth next) {}
