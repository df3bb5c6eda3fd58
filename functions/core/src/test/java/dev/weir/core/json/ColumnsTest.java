package dev.weir.core.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnsTest {

  private record Row(
      String name, long n, boolean yes, Optional<Instant> at, List<String> tags, List<Row> more) {}

  private static Row row(Random random) {
    return new Row(
        "name-" + random.nextInt(3),
        random.nextInt(3) - 1,
        random.nextBoolean(),
        random.nextBoolean() ? Optional.empty() : Optional.of(Instant.EPOCH),
        random.nextBoolean() ? List.of() : List.of("a", "b"),
        random.nextInt(4) > 0 ? List.of() : List.of(row(random)));
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      List<Row> rows = new ArrayList<>();
      for (int j = random.nextInt(5); j >= 0; j--) {
        rows.add(row(random));
      }
      Columns read = Json.read(Json.write(Columns.of(rows)), Columns.class);
      assertEquals(rows, read.rows(Row.class));
    }
  }

  @Test
  void whatRowsShareIsWrittenOnce() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add(new Row("same", i / 2, true, Optional.empty(), List.of("x"), List.of()));
    }
    assertEquals(
        "{\"n\":3,\"all\":{\"name\":\"same\",\"yes\":true,\"tags\":[\"x\"],\"more\":[]},"
            + "\"each\":{\"n\":[0,null,1]}}",
        Json.write(Columns.of(rows)));
  }
}
