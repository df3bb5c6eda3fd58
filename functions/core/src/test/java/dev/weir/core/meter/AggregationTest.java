package dev.weir.core.meter;

import static dev.weir.core.meter.MeterWorld.HOUR;
import static dev.weir.core.meter.MeterWorld.START;
import static dev.weir.core.meter.Texts.assertContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.catalog.Aggregation;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Meter;
import dev.weir.core.json.Json;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AggregationTest {

  private static final SourceName HOST = new SourceName("host", "boot");

  private final MeterWorld world = new MeterWorld();
  private final Catalog catalog = new Catalog(world.ports);
  private long seq;

  @BeforeEach
  void meters() {
    for (Aggregation aggregation : Aggregation.values()) {
      catalog.put(new Meter(aggregation.wire(), "thing", 0, aggregation));
    }
    var _ = new Sources(world.ports).register(HOST);
  }

  private UsageFact fact(Aggregation of, long quantity, Instant at) {
    seq++;
    return UsageFact.of(
        HOST.factKey(seq), new Usage("a1", "feishu-cn", of.wire(), quantity, at, "call-" + seq));
  }

  private void apply(UsageFact... facts) {
    var _ =
        new ApplyBatch(world.ports)
            .apply(
                new UsageBatch(HOST, seq - facts.length, List.of(facts), Optional.empty(), false));
  }

  private void use(Aggregation of, long quantity, int minute) {
    apply(fact(of, quantity, HOUR.plus(Duration.ofMinutes(minute))));
  }

  /** Seals the hour that is over. */
  private void seal() {
    world.toNextHour();
    world.pass(HOST, seq);
    world.tick();
  }

  private List<Long> quantities(Aggregation of) {
    return world.sealed().stream()
        .filter(hour -> hour.meter().equals(of.wire()))
        .map(SealedHour::quantity)
        .toList();
  }

  private SealedHour last() {
    return world.sealed().getLast();
  }

  private List<Reading> readings(SealedHour hour) {
    return new FactTrail(world.ports).readings(hour);
  }

  @Test
  void eachAggregationMakesItsQuantityOfTheSameFacts() {
    for (Aggregation of : Aggregation.values()) {
      use(of, 5, 3);
      use(of, 2, 9);
      use(of, 5, 7);
      use(of, 0, 1);
    }
    seal();

    assertEquals(List.of(12L), quantities(Aggregation.SUM));
    assertEquals(List.of(4L), quantities(Aggregation.COUNT));
    assertEquals(List.of(5L), quantities(Aggregation.MAX));
    assertEquals(List.of(3L), quantities(Aggregation.UNIQUE));
    assertEquals(List.of(2L), quantities(Aggregation.LATEST));
    for (SealedHour hour : world.sealed()) {
      assertEquals(4, hour.count());
      assertEquals(20, new FactTrail(world.ports).walk(hour).size() * 5);
    }
    assertTrue(new Recount(world.ports).hour(HOUR).isEmpty());
  }

  @Test
  void aLateMaximumAddsOnlyWhatItIsAboveTheSealedOneAndKeepsItsTime() {
    use(Aggregation.MAX, 10, 5);
    seal();
    use(Aggregation.MAX, 7, 30); // late and lower
    apply(fact(Aggregation.MAX, 3, world.clock.instant())); // the next hour's own
    seal();
    use(Aggregation.MAX, 14, 31); // late and higher
    use(Aggregation.MAX, 12, 32);
    seal();
    use(Aggregation.MAX, 13, 33);
    seal();

    assertEquals(List.of(10L, 3L, 4L, 0L), quantities(Aggregation.MAX));
    Reading late = readings(world.sealed().get(2)).getFirst();
    assertEquals(HOUR, late.own());
    assertEquals(List.of(10L, 14L), List.of(late.before(), late.after()));
    assertEquals(HOUR.plus(Duration.ofMinutes(31)), late.decisive().orElseThrow().at());
    world
        .sealed()
        .forEach(hour -> {
          assertTrue(new Recount(world.ports).hour(hour.hour()).isEmpty());
          new FactTrail(world.ports).walk(hour);
        });
  }

  @Test
  void aLateThingCountsOnlyWhereItsHourDidNotSeeIt() {
    use(Aggregation.UNIQUE, Usage.item("a", "salt"), 5);
    use(Aggregation.UNIQUE, Usage.item("b", "salt"), 6);
    use(Aggregation.UNIQUE, Usage.item("a", "salt"), 7);
    seal();
    use(Aggregation.UNIQUE, Usage.item("a", "salt"), 8);
    use(Aggregation.UNIQUE, Usage.item("c", "salt"), 9);
    apply(fact(Aggregation.UNIQUE, Usage.item("a", "salt"), world.clock.instant()));
    seal();
    use(Aggregation.UNIQUE, Usage.item("c", "salt"), 10);
    seal();

    assertEquals(List.of(2L, 2L, 0L), quantities(Aggregation.UNIQUE));
  }

  @Test
  void aLateValueCountsOnlyWhereItIsLaterAndALowerOneIsACredit() {
    use(Aggregation.LATEST, 10, 20);
    seal();
    use(Aggregation.LATEST, 50, 19); // earlier than the one that counted
    seal();
    use(Aggregation.LATEST, 4, 21);
    seal();
    use(Aggregation.LATEST, 0, 22);
    seal();

    assertEquals(List.of(10L, 0L, -6L, -4L), quantities(Aggregation.LATEST));
    assertEquals(-4, readings(last()).getFirst().delta());
  }

  @Test
  void ofTwoValuesOfOneTimeTheGreaterCountsWhicheverCameFirst() {
    use(Aggregation.LATEST, 3, 20);
    use(Aggregation.LATEST, 8, 20);
    use(Aggregation.LATEST, 5, 20);
    seal();

    assertEquals(List.of(8L), quantities(Aggregation.LATEST));
  }

  @Test
  void whatComesAfterAnEarlySealIsTheRestOfTheHour() {
    use(Aggregation.MAX, 10, 20);
    use(Aggregation.LATEST, 10, 20);
    new SealHours(world.ports).early("a1", HOUR);
    use(Aggregation.MAX, 12, 21);
    use(Aggregation.LATEST, 7, 21);
    seal();

    assertEquals(List.of(10L, 2L), quantities(Aggregation.MAX));
    assertEquals(List.of(10L, -3L), quantities(Aggregation.LATEST));
    world.sealed().forEach(hour -> new FactTrail(world.ports).walk(hour));
  }

  @Test
  void moreThingsThanAreToldApartAreCountedToTheLimitWithAnIncident() {
    List<UsageFact> facts = new ArrayList<>();
    for (int i = 1; i <= Tally.ITEMS_MAX + 1; i++) {
      facts.add(fact(Aggregation.UNIQUE, i, START));
      if (facts.size() == UsageBatch.FACTS_MAX || i == Tally.ITEMS_MAX + 1) {
        apply(facts.toArray(UsageFact[]::new));
        facts.clear();
      }
    }
    seal();
    use(Aggregation.UNIQUE, Usage.QUANTITY_MAX, 40);
    seal();

    assertEquals(List.of((long) Tally.ITEMS_MAX, 0L), quantities(Aggregation.UNIQUE));
    assertContains(
        world.incidents().getFirst().detail(), "more than 100000 different", "agreement a1");
  }

  @Test
  void factsOfTheLanesCountZerosWhereAZeroSaysSomething() {
    Facts facts = new Facts(world.ports);
    for (Aggregation of : Aggregation.values()) {
      UsageFact zero = UsageFact.ofCall(new Usage("a1", "feishu-cn", of.wire(), 0, START, "c"));
      assertEquals(of.countsZero() ? 1 : 0, facts.writes(zero).size(), of.wire());
      assertEquals(of.countsZero() ? 2 : 0, facts.once(zero).size(), of.wire());
    }
  }

  @Test
  void anHourWhoseFactsAreMissingIsNotSealed() throws Exception {
    use(Aggregation.MAX, 10, 20);
    world.ports.blobs().delete(world.ports.blobs().list("facts/", "", 10).getFirst());
    world.toNextHour();
    world.pass(HOST, seq);

    ProblemException missing = assertThrows(ProblemException.class, world::tick);
    assertContains(missing.getMessage(), "missing");
    assertTrue(world.sealed().isEmpty());
  }

  @Test
  void aSealedMaximumThatIsNotThatOfItsFactsIsFoundByTheRecount() {
    use(Aggregation.MAX, 10, 20);
    seal();
    SealedHour hour = last();
    SealedHour other =
        new SealedHour("a1", "feishu-cn", "max", hour.hour(), 1, 1, 0, hour.sealedAt());
    world
        .ports
        .table()
        .commit(
            List.of(
                new AgreementHour("a1", hour.hour(), 1, hour.sealedAt(), List.of(other)).write()));

    Recount.Difference difference = new Recount(world.ports).hour(hour.hour()).getFirst();
    assertEquals(10, difference.facts());
    assertEquals(11, difference.sealed());
    assertThrows(ProblemException.class, () -> new FactTrail(world.ports).walk(hour));
  }

  @Test
  void aMeterSaysHowItAggregatesForGoodAndTheOldOnesAreSums() {
    assertEquals(
        Aggregation.SUM,
        Json.read("{\"id\":\"m\",\"unit\":\"u\",\"scale\":2}", Meter.class).aggregation());
    assertEquals(
        "max",
        Json.MAPPER.valueToTree(catalog.meter("max").orElseThrow()).get("aggregation").asText());
    ProblemException other =
        assertThrows(
            ProblemException.class,
            () -> catalog.put(new Meter("max", "thing", 0, Aggregation.LATEST)));
    assertContains(other.getMessage(), "meter max has aggregation max, not latest");
    assertContains(
        assertThrows(ProblemException.class, () -> Aggregation.parse("mean")).getMessage(),
        "\"mean\" is not one of sum, count, max, unique, latest");
    assertContains(
        assertThrows(ProblemException.class, () -> new Meter("m", "u", 2, Aggregation.UNIQUE))
            .getMessage(),
        "scale of meter m 2 != 0");
  }
}
