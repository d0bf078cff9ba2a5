open module com.example.sums.test {
  requires com.example.sums;
  requires io.tickraft.testkit;
}
