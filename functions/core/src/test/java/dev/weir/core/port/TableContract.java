package dev.weir.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Table} does in one thread: items, conditions, expiry, limits, order, pages. A
 * store may be shared by all tests; each uses a partition of its own.
 */
public abstract class TableContract {

  protected final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  protected String partition = "";
  protected Table table;

  /** A table that reads its time from {@link #clock}. */
  protected abstract Table open();

  @BeforeEach
  void openTable() {
    partition = "test/" + UUID.randomUUID();
    table = open();
  }

  protected Key key(String sort) {
    return new Key(partition, sort);
  }

  private void apply(Write... writes) {
    assertEquals(new Outcome.Applied(), table.commit(List.of(writes)));
  }

  private void refuse(int index, Write... writes) {
    assertEquals(new Outcome.Refused(index), table.commit(List.of(writes)));
  }

  @Test
  void whatWasNeverPutIsAbsent() {
    assertEquals(Optional.empty(), table.get(key("a")));
    assertEquals(new Table.Page(List.of(), Optional.empty()), table.query(Table.Query.all("no")));
  }

  @Test
  void allOfAnItemIsReadBack() {
    Instant expires = clock.instant().plusMillis(1234);
    String body = "{\"text\":\"水位 😀 \\u0000 \\\" ' \\\\ \\n\"}";
    Map<String, Long> counters = Map.of("n", Long.MAX_VALUE, "m", Long.MIN_VALUE, "零", 0L);
    apply(new Write.Put(key("a"), body, counters, Optional.of(expires), Condition.ALWAYS));
    assertEquals(
        Optional.of(new Item(key("a"), 1, counters, body, Optional.of(expires))),
        table.get(key("a")));
  }

  @Test
  void putReplacesBodyCountersAndExpiry() {
    Instant expires = clock.instant().plusSeconds(5);
    apply(new Write.Put(key("a"), "{}", Map.of("n", 1L), Optional.of(expires), Condition.ALWAYS));
    apply(Write.put(key("a"), "[]"));
    assertEquals(
        Optional.of(new Item(key("a"), 2, Map.of(), "[]", Optional.empty())), table.get(key("a")));
  }

  @Test
  void eachAppliedWriteAddsOneToTheVersion() {
    apply(Write.put(key("a"), "1"));
    apply(Write.add(key("a"), Map.of("n", 1L)));
    refuse(0, Write.put(key("a"), "2", Condition.ABSENT));
    apply(Write.put(key("a"), "3"));
    apply(Write.check(key("a"), Condition.atVersion(3)));
    assertEquals(3, table.get(key("a")).orElseThrow().version());
  }

  @Test
  void deleteRemovesAndDeletingNothingIsFine() {
    apply(Write.put(key("a"), "1"));
    apply(Write.delete(key("a")));
    apply(Write.delete(key("a")));
    assertEquals(Optional.empty(), table.get(key("a")));
    apply(Write.put(key("a"), "2", Condition.ABSENT));
  }

  @Test
  void addMakesAnItemAndKeepsBodyAndExpiry() {
    Instant expires = clock.instant().plusSeconds(5);
    apply(Write.add(key("new"), Map.of("n", 5L, "m", -2L)));
    assertEquals(
        Optional.of(new Item(key("new"), 1, Map.of("n", 5L, "m", -2L), "{}", Optional.empty())),
        table.get(key("new")));
    apply(new Write.Put(key("a"), "[1]", Map.of("n", 1L), Optional.of(expires), Condition.ALWAYS));
    apply(Write.add(key("a"), Map.of("n", -4L, "k", 7L)));
    assertEquals(
        Optional.of(new Item(key("a"), 2, Map.of("n", -3L, "k", 7L), "[1]", Optional.of(expires))),
        table.get(key("a")));
  }

  @Test
  void conditionsHoldForAnAbsentItem() {
    Key a = key("a");
    apply(Write.check(a, Condition.ALWAYS));
    apply(Write.check(a, Condition.ABSENT));
    refuse(0, Write.check(a, Condition.PRESENT));
    refuse(0, Write.check(a, Condition.atVersion(1)));
    apply(Write.check(a, Condition.atMost("n", 0)));
    refuse(0, Write.check(a, Condition.atMost("n", -1)));
    apply(Write.check(a, Condition.equalTo("n", 0)));
    refuse(0, Write.check(a, Condition.equalTo("n", 1)));
    assertEquals(Optional.empty(), table.get(a));
  }

  @Test
  void conditionsHoldForAPresentItem() {
    Key a = key("a");
    apply(Write.add(a, Map.of("n", 7L)));
    refuse(0, Write.check(a, Condition.ABSENT));
    apply(Write.check(a, Condition.PRESENT));
    apply(Write.check(a, Condition.atVersion(1)));
    refuse(0, Write.check(a, Condition.atVersion(2)));
    apply(Write.check(a, Condition.atMost("n", 7)));
    refuse(0, Write.check(a, Condition.atMost("n", 6)));
    apply(Write.check(a, Condition.equalTo("n", 7)));
    refuse(0, Write.check(a, Condition.equalTo("n", 8)));
    apply(Write.check(a, Condition.equalTo("other", 0)));
  }

  @Test
  void everyKindOfWriteObeysItsCondition() {
    Key a = key("a");
    apply(Write.put(a, "1", Condition.ABSENT));
    refuse(0, Write.put(a, "2", Condition.atVersion(9)));
    refuse(0, new Write.Delete(a, Condition.ABSENT));
    refuse(0, Write.add(a, Map.of("n", 1L), Condition.ABSENT));
    refuse(0, Write.check(a, Condition.ABSENT));
    assertEquals("1", table.get(a).orElseThrow().body());
    apply(Write.put(a, "2", Condition.atVersion(1)));
    apply(Write.add(a, Map.of("n", 1L), Condition.atMost("n", 0)));
    refuse(0, Write.add(a, Map.of("n", 1L), Condition.atMost("n", 0)));
    apply(new Write.Delete(a, Condition.equalTo("n", 1)));
    refuse(0, new Write.Delete(a, Condition.PRESENT));
  }

  @Test
  void refusalNamesTheLowestIndexAndNothingIsWritten() {
    apply(Write.put(key("there"), "1"));
    refuse(
        1,
        Write.put(key("x"), "1"),
        Write.put(key("there"), "2", Condition.ABSENT),
        Write.add(key("y"), Map.of("n", 1L)),
        Write.check(key("z"), Condition.PRESENT));
    assertEquals(Optional.empty(), table.get(key("x")));
    assertEquals(Optional.empty(), table.get(key("y")));
    assertEquals("1", table.get(key("there")).orElseThrow().body());
  }

  @Test
  void conditionsAreJudgedBeforeTheCommit() {
    apply(Write.put(key("a"), "1", Condition.ABSENT), Write.check(key("b"), Condition.ABSENT));
    refuse(1, Write.delete(key("a")), Write.check(key("b"), Condition.PRESENT));
    assertTrue(table.get(key("a")).isPresent());
  }

  @Test
  void expiredItemsReadAsAbsentAndMayBePutAgain() {
    Instant expires = clock.instant().plusSeconds(60);
    for (String sort : List.of("a", "b", "c", "d")) {
      apply(
          new Write.Put(key(sort), "[]", Map.of("n", 9L), Optional.of(expires), Condition.ALWAYS));
    }
    clock.set(expires.minusMillis(1));
    assertEquals(4, table.query(Table.Query.all(partition)).items().size());
    clock.set(expires);
    assertEquals(Optional.empty(), table.get(key("a")));
    assertEquals(List.of(), table.query(Table.Query.all(partition)).items());
    refuse(0, Write.check(key("a"), Condition.PRESENT));
    refuse(0, new Write.Delete(key("a"), Condition.PRESENT));
    apply(Write.check(key("a"), Condition.equalTo("n", 0)));
    apply(Write.put(key("a"), "2", Condition.ABSENT));
    assertEquals("2", table.get(key("a")).orElseThrow().body());
    apply(Write.add(key("b"), Map.of("n", 1L), Condition.ABSENT));
    Item added = table.get(key("b")).orElseThrow();
    assertEquals(1, added.counter("n"));
    assertEquals("{}", added.body());
    assertEquals(Optional.empty(), added.expires());
    apply(Write.delete(key("c")));
  }

  @Test
  void expiredItemsDoNotShortenPages() {
    for (int i = 0; i < 30; i++) {
      Optional<Instant> expires =
          i % 3 == 0 ? Optional.empty() : Optional.of(clock.instant().plusSeconds(1));
      apply(new Write.Put(key("k%02d".formatted(i)), "{}", Map.of(), expires, Condition.ALWAYS));
    }
    clock.advance(Duration.ofSeconds(2));
    List<String> sorts = new ArrayList<>();
    Tables.forEach(
        table, Table.Query.all(partition).limit(4), item -> sorts.add(item.key().sort()));
    assertEquals(10, sorts.size());
  }

  @Test
  void limitsAreKept() {
    assertThrows(IllegalArgumentException.class, () -> table.commit(List.of()));
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < Table.WRITES_MAX; i++) {
      writes.add(Write.put(key("k" + i), "{}"));
    }
    apply(writes.toArray(Write[]::new));
    writes.add(Write.put(key("one more"), "{}"));
    assertThrows(IllegalArgumentException.class, () -> table.commit(writes));
    assertThrows(
        IllegalArgumentException.class,
        () -> table.commit(List.of(Write.put(key("a"), "1"), Write.delete(key("a")))));
    assertThrows(
        IllegalArgumentException.class,
        () -> table.query(Table.Query.all(partition).limit(Table.PAGE_MAX_ITEMS + 1)));
    assertThrows(
        IllegalArgumentException.class, () -> table.query(Table.Query.all(partition).limit(0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> table.query(Table.Query.all(partition).after("not a token!")));
  }

  @Test
  void bodiesOf64KilobytesAndCommitsOf4MegabytesAreTheLargest() {
    String largest = "\"" + "水".repeat((Table.BODY_MAX_BYTES - 4) / 3) + "..\"";
    apply(Write.put(key("largest"), largest));
    assertEquals(largest, table.get(key("largest")).orElseThrow().body());
    String tooLarge = "x".repeat(Table.BODY_MAX_BYTES + 1);
    assertThrows(
        IllegalArgumentException.class, () -> table.commit(List.of(Write.put(key("a"), tooLarge))));
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < 63; i++) {
      writes.add(Write.put(key("k" + i), "x".repeat(Table.BODY_MAX_BYTES)));
    }
    apply(writes.toArray(Write[]::new));
    writes.add(Write.put(key("last"), "x".repeat(Table.BODY_MAX_BYTES)));
    assertThrows(IllegalArgumentException.class, () -> table.commit(writes));
    assertEquals(Optional.empty(), table.get(key("last")));
  }

  @Test
  void keysOf1024BytesAreTheLongest() {
    String longest = "水".repeat(341) + "x";
    apply(Write.put(key(longest), "1"));
    assertEquals("1", table.get(key(longest)).orElseThrow().body());
    assertThrows(IllegalArgumentException.class, () -> key(longest + "x"));
    assertThrows(IllegalArgumentException.class, () -> key(""));
    assertThrows(IllegalArgumentException.class, () -> key("half \uD83D of a pair"));
  }

  @Test
  void keysAreComparedExactly() {
    List<String> alike = List.of("a", "A", "a ", " a", "á", "a\u0301", "a%", "a_", "a'", "a\"");
    for (String sort : alike) {
      apply(Write.put(key(sort), "\"" + alike.indexOf(sort) + "\"", Condition.ABSENT));
    }
    for (String sort : alike) {
      assertEquals("\"" + alike.indexOf(sort) + "\"", table.get(key(sort)).orElseThrow().body());
    }
    assertEquals(alike.size(), table.query(Table.Query.all(partition)).items().size());
  }

  /** In the order of their UTF-8 bytes, which is neither Java's order nor any language's. */
  private static final List<String> ORDERED =
      List.of(
          "\n",
          " ",
          "0",
          "10",
          "9",
          "A",
          "Z",
          "a",
          "a/",
          "a/1",
          "a/\uE000",
          "a/😀",
          "a0",
          "b",
          "é",
          "水",
          "\uE000",
          "\uFFFD",
          "😀",
          "😀a",
          "🚰");

  @Test
  void keysAreOrderedByUtf8Bytes() {
    List<String> shuffled = new ArrayList<>(ORDERED);
    Collections.shuffle(shuffled, new java.util.Random(7));
    shuffled.forEach(sort -> apply(Write.put(key(sort), "{}")));
    for (int limit : List.of(1, 2, 5, 1000)) {
      assertEquals(ORDERED, sorts(Table.Query.all(partition).limit(limit)));
      assertEquals(ORDERED.reversed(), sorts(Table.Query.all(partition).backwards().limit(limit)));
    }
    assertEquals(
        List.of("a/", "a/1", "a/\uE000", "a/😀"), sorts(Table.Query.prefix(partition, "a/")));
    assertEquals(List.of("😀", "😀a"), sorts(Table.Query.prefix(partition, "😀")));
  }

  @Test
  void rangesIncludeFromAndExcludeTo() {
    ORDERED.forEach(sort -> apply(Write.put(key(sort), "{}")));
    for (boolean descending : List.of(false, true)) {
      for (int from = 0; from < ORDERED.size(); from += 4) {
        for (int to = 0; to < ORDERED.size(); to += 5) {
          Table.Query query =
              new Table.Query(
                  partition, ORDERED.get(from), ORDERED.get(to), descending, 3, Optional.empty());
          List<String> expected = from < to ? ORDERED.subList(from, to) : List.of();
          assertEquals(descending ? expected.reversed() : expected, sorts(query));
        }
      }
    }
  }

  private List<String> sorts(Table.Query query) {
    return Tables.list(table, query).stream().map(item -> item.key().sort()).toList();
  }

  @Test
  void partitionsAreSeparate() {
    apply(
        Write.put(new Key(partition, "a"), "1"),
        Write.put(new Key(partition + "/", "a"), "2"),
        Write.put(new Key(partition + "x", "a"), "3"));
    assertEquals(1, table.query(Table.Query.all(partition)).items().size());
    assertEquals("3", table.get(new Key(partition + "x", "a")).orElseThrow().body());
  }

  @Test
  void aPageGoesOnAfterTheLastItemThoughItIsGone() {
    List.of("a", "b", "c", "d").forEach(sort -> apply(Write.put(key(sort), "{}")));
    Table.Query query = Table.Query.all(partition).limit(2);
    Table.Page first = table.query(query);
    apply(Write.delete(key("b")), Write.put(key("a2"), "{}"), Write.put(key("b2"), "{}"));
    Table.Page second = table.query(query.after(first.next().orElseThrow()));
    assertEquals(List.of(key("b2"), key("c")), second.items().stream().map(Item::key).toList());
    assertInstanceOf(String.class, second.next().orElseThrow());
  }
}
