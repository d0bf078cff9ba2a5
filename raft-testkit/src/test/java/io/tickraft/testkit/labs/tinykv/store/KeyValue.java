package io.tickraft.testkit.labs.tinykv.store;

/** A key of the store and its value. */
record KeyValue(String key, String value) {}
