package dev.weir.core.meter;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a message must say. */
public final class Texts {

  private Texts() {}

  public static void assertContains(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "\"" + text + "\" does not say \"" + part + "\"");
    }
  }
}
