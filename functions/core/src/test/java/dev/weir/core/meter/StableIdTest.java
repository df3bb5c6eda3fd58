package dev.weir.core.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StableIdTest {

  @Test
  void fieldsThatJoinAlikeGetDifferentIds() {
    assertNotEquals(StableId.of("a", "b-c"), StableId.of("a-b", "c"));
    assertNotEquals(StableId.of("", "ab"), StableId.of("ab", ""));
    assertNotEquals(StableId.of("a", ""), StableId.of("a"));
  }

  @Test
  void theSameFieldsAlwaysGetTheSameId() {
    assertEquals(StableId.of("host", "boot", "1"), StableId.of("host", "boot", "1"));
    assertTrue(StableId.of("host", "boot", "1").matches("[0-9a-hjkmnp-tv-z]{26}"));
  }

  @Test
  void manyIdsDiffer() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      ids.add(StableId.of("h", Integer.toString(i)));
    }
    assertEquals(20_000, ids.size());
  }

  @Test
  void clonesOfASnapshotMakeDifferentKeys() {
    SourceName one = new SourceName("host", "boot-1");
    SourceName other = new SourceName("host", "boot-2");

    assertNotEquals(other.factKey(1), one.factKey(1));
    assertNotEquals(other.id(), one.id());
    assertNotEquals(new SourceName("a-b", "c").id(), new SourceName("a", "b-c").id());
  }
}
