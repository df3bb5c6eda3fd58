package dev.weir.worker.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartsTest {

  private static final List<String> ALONE =
      IntStream.range(0, 100).mapToObj(Integer::toString).toList();

  @Test
  void everyClassHasItsShareInEveryPartAndNoRowIsTwice() {
    int[] classes = IntStream.range(0, 100).map(i -> i < 10 ? 1 : 0).toArray();
    Parts parts = Parts.split(classes, ALONE, 0.2, 0.2, 5);
    for (int[] part : List.of(parts.validation(), parts.test())) {
      assertEquals(20, part.length);
      assertEquals(2, Arrays.stream(part).filter(r -> classes[r] == 1).count());
    }
    int[] all =
        IntStream.concat(
                Arrays.stream(parts.train()),
                IntStream.concat(Arrays.stream(parts.validation()), Arrays.stream(parts.test())))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 100).toArray(), all);
    assertArrayEquals(parts.test(), Parts.split(classes, ALONE, 0.2, 0.2, 5).test());
    assertTrue(!Arrays.equals(parts.test(), Parts.split(classes, ALONE, 0.2, 0.2, 6).test()));
  }

  @Test
  void groupsStayTogether() {
    List<String> groups = IntStream.range(0, 100).mapToObj(i -> "g" + i / 5).toList();
    Parts parts = Parts.split(new int[100], groups, 0.2, 0.2, 1);
    for (int[] part : List.of(parts.train(), parts.validation(), parts.test())) {
      Arrays.stream(part)
          .boxed()
          .map(groups::get)
          .distinct()
          .forEach(g ->
              assertEquals(5, Arrays.stream(part).filter(r -> groups.get(r).equals(g)).count()));
    }
  }

  @Test
  void aClassTooSmallToSplitIsRefused() {
    DataException e =
        assertThrows(
            DataException.class,
            () -> Parts.split(new int[] {0, 0, 0, 1, 1}, ALONE.subList(0, 5), 0.2, 0.2, 1));
    assertEquals("class 1 has groups 2 < 3, one for each part", e.getMessage());
  }
}
