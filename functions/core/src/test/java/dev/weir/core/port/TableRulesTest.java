package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableRulesTest {

  @Test
  void aCounterDoesNotWrapAround() {
    Key key = new Key("p", "s");
    Item item = new Item(key, 1, Map.of("n", Long.MAX_VALUE), "{}", Optional.empty());
    Write add = Write.add(key, Map.of("n", 1L));
    assertThrows(IllegalArgumentException.class, () -> TableRules.after(add, Optional.of(item)));
  }

  @Test
  void orderAndLengthAreThoseOfTheBytes() {
    Random random = new Random(11);
    String previous = "";
    for (int i = 0; i < 2000; i++) {
      String text = random(random);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertEquals(bytes.length, TableRules.utf8Length(text));
      int byBytes =
          java.util.Arrays.compareUnsigned(bytes, previous.getBytes(StandardCharsets.UTF_8));
      int byOrder = Utf8Order.INSTANCE.compare(text, previous);
      assertEquals(Integer.signum(byBytes), Integer.signum(byOrder));
      previous = random.nextInt(3) == 0 ? text + random(random) : text;
    }
  }

  private static String random(Random random) {
    int[] alphabet = {'a', 'b', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }
}
