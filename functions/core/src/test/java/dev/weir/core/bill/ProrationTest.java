package dev.weir.core.bill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.core.bill.Proration.Period;
import dev.weir.core.catalog.Charge;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProrationTest {

  private static final Coverage.Of OF = new Coverage.Of("plan", 1, 0);

  @Test
  void thePartsOfAPeriodAddUpToItsPriceWhereverItIsCut() {
    Random random = new Random(3);
    for (int round = 0; round < 3000; round++) {
      Instant from = Instant.ofEpochSecond(random.nextLong(1_700_000_000, 1_900_000_000));
      Period period = new Period(from, from.plusSeconds(random.nextLong(1, 40_000_000)));
      long amount = random.nextLong(0, 1_000_000_000_000L);
      TreeSet<Instant> cuts = new TreeSet<>(List.of(period.from(), period.to()));
      for (int i = 0; i < random.nextInt(0, 10); i++) {
        cuts.add(from.plusSeconds(random.nextLong(0, period.seconds() + 1)));
      }
      long sum = 0;
      Instant before = cuts.first();
      for (Instant cut : cuts.tailSet(before, false)) {
        sum += Proration.part(amount, period, before, cut);
        before = cut;
      }
      assertEquals(amount, sum);
    }
  }

  @Test
  void aPartCostsItsShareOfTheSecondsToWithinOneMicro() {
    Period november = Proration.of(YearMonth.of(2026, 11));
    assertEquals(2_592_000, november.seconds());
    Instant tenth = Instant.parse("2026-11-10T00:00:00Z");
    assertEquals(300_000_000, Proration.part(1_000_000_000, november, november.from(), tenth));
    assertEquals(700_000_000, Proration.part(1_000_000_000, november, tenth, november.to()));
    assertEquals(386, Proration.part(1_000_000_000, november, tenth, tenth.plusSeconds(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Proration.part(1, november, tenth, november.to().plusSeconds(1)));
  }

  /** Charges and refunds hour by hour under changing forces end at what was in force. */
  @Test
  void anyHistoryOfChangesEndsAtTheSecondsInForceOfEachPeriod() {
    Random random = new Random(77);
    for (int round = 0; round < 400; round++) {
      Instant began =
          Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextLong(0, 30_000_000));
      Charge.Period unit = random.nextInt(3) == 0 ? Charge.Period.YEAR : Charge.Period.MONTH;
      Optional<Integer> day =
          random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt(1, 32));
      Charge.Flat one = new Charge.Flat(random.nextLong(0, 1_000_000_000), unit, day);
      Charge.Flat two = new Charge.Flat(random.nextLong(0, 1_000_000_000), unit, day);
      History history = new History(began, one, two);
      Instant now = began;
      for (int step = 0; step < 12; step++) {
        now = now.plusSeconds(random.nextLong(1, 2_000_000));
        switch (random.nextInt(4)) {
          case 0 -> history.to(now, random.nextBoolean() ? 1 : 2);
          case 1 -> history.stop(now);
          // A scheduled end that may be given up before it comes.
          case 2 -> history.stop(now.plusSeconds(random.nextLong(0, 3_000_000)));
          default -> {}
        }
        history.charge(now);
      }
      history.stop(now);
      history.charge(now.plusSeconds(1));
      history.verify();
    }
  }

  /** Two prices of which at most one is in force at a time. */
  private static final class History {
    private final Instant began;
    private final List<Charge.Flat> flats;
    private final List<Instant> starts = new ArrayList<>();
    private final List<Integer> states = new ArrayList<>();
    private List<Coverage> covered = new ArrayList<>();
    private final Map<String, Long> charged = new TreeMap<>();

    History(Instant began, Charge.Flat one, Charge.Flat two) {
      this.began = began;
      this.flats = List.of(one, two);
      to(began, 1);
    }

    void to(Instant at, int state) {
      while (!starts.isEmpty() && !starts.getLast().isBefore(at)) {
        starts.removeLast();
        states.removeLast();
      }
      starts.add(at);
      states.add(state);
    }

    void stop(Instant at) {
      to(at, 0);
    }

    List<Coverage.Force> forces() {
      List<Coverage.Force> forces = new ArrayList<>();
      for (int i = 0; i < starts.size(); i++) {
        if (states.get(i) > 0) {
          Optional<Instant> end =
              i + 1 < starts.size() ? Optional.of(starts.get(i + 1)) : Optional.empty();
          int index = states.get(i) - 1;
          forces.add(
              new Coverage.Force(
                  new Coverage.Of("plan", 1, index), flats.get(index), began, starts.get(i), end));
        }
      }
      return forces;
    }

    void charge(Instant until) {
      for (Coverage.Due due : Coverage.due(forces(), covered, until)) {
        covered.removeIf(c -> c.of().equals(due.of()) && c.period().equals(due.after().period()));
        covered.add(due.after());
        charged.merge(
            due.of().index() + "@" + due.after().period().from(), due.span().micros(), Long::sum);
      }
      assertEquals(List.of(), Coverage.due(forces(), covered, until), "charged once");
    }

    void verify() {
      for (Coverage coverage : covered) {
        Charge.Flat flat = flats.get(coverage.of().index());
        long expected = 0;
        for (Coverage.Force force : forces()) {
          if (force.of().equals(coverage.of())) {
            expected += within(flat.amountMicros(), coverage.period(), force);
          }
        }
        String slot = coverage.of().index() + "@" + coverage.period().from();
        if (coverage.period().to().plus(Coverage.CORRECTED_MAX).isAfter(starts.getLast())) {
          assertEquals(expected, charged.getOrDefault(slot, 0L), slot);
        }
      }
    }

    private static long within(long amount, Period period, Coverage.Force force) {
      Instant from = force.from().isBefore(period.from()) ? period.from() : force.from();
      Instant end = force.to().orElseThrow();
      Instant to = end.isBefore(period.to()) ? end : period.to();
      return from.isBefore(to) ? earned(amount, period, to) - earned(amount, period, from) : 0;
    }

    private static long earned(long amount, Period period, Instant until) {
      BigInteger seconds = BigInteger.valueOf(Duration.between(period.from(), until).toSeconds());
      BigInteger whole = BigInteger.valueOf(period.seconds());
      return BigInteger.valueOf(amount)
          .multiply(seconds)
          .multiply(BigInteger.TWO)
          .add(whole)
          .divide(whole.multiply(BigInteger.TWO))
          .longValueExact();
    }
  }

  static Stream<String> published() {
    return PublishedPricesTest.rows("killbill-prorations.tsv");
  }

  @ParameterizedTest
  @MethodSource("published")
  void periodsAndTheirPartsAreKillBills(String row) {
    String[] cells = row.split("\t", -1);
    long amount = 365L * 366 * 31 * 29 * 28; // every fraction of the rows is a whole number
    Charge.Period unit = cells[0].equals("annual") ? Charge.Period.YEAR : Charge.Period.MONTH;
    Charge.Flat flat = new Charge.Flat(amount, unit, Optional.of(Integer.parseInt(cells[5])));
    Instant start = midnight(cells[2]);
    Optional<Instant> end =
        cells[3].equals("-") ? Optional.empty() : Optional.of(midnight(cells[3]));
    Coverage.Force force = new Coverage.Force(OF, flat, start, start, end);

    long charged = 0;
    List<Coverage> covered = new ArrayList<>();
    for (Instant day = start; !day.isAfter(midnight(cells[4])); day = day.plusSeconds(86_400)) {
      for (Coverage.Due due : Coverage.due(List.of(force), covered, day.plusSeconds(1))) {
        covered.removeIf(c -> c.period().equals(due.after().period()));
        covered.add(due.after());
        charged += due.span().micros();
      }
    }

    assertEquals(expected(cells, amount), charged);
  }

  private static long expected(String[] cells, long amount) {
    long expected = 0;
    String stated = cells.length > 7 ? cells[7] : cells[6];
    for (String term : stated.split("\\+")) {
      String[] fraction = term.split("/");
      expected +=
          amount
              * Long.parseLong(fraction[0])
              / (fraction.length == 1 ? 1 : Long.parseLong(fraction[1]));
    }
    return expected;
  }

  private static Instant midnight(String date) {
    return LocalDate.parse(date).atStartOfDay().toInstant(ZoneOffset.UTC);
  }
}
