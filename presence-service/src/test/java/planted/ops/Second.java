package planted.ops;

record Second(Third next) {}
