module com.example.sums {
  requires io.tickraft.core;

  exports com.example.sums;
}
