package dev.weir.core.bill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.catalog.Charge;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weir's prices against the numbers that Kill Bill and OpenMeter publish in their tests. */
class PublishedPricesTest {

  private static final long ONE = 100_000_000; // micros of one dollar

  static Stream<String> rows(String file) {
    try (InputStream in =
        Objects.requireNonNull(PublishedPricesTest.class.getResourceAsStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines().filter(line -> !line.startsWith("#")).toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> tiers() {
    return rows("published-tiers.tsv");
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void tiersCostWhatIsPublished(String row) {
    String[] cells = row.split("\t", -1);
    List<Charge.Tier> tiers = tiers(cells[0].equals("killbill"), cells[3]);
    Charge.Metered charge =
        switch (cells[2]) {
          case "graduated" -> new Charge.Graduated("m", 0, tiers);
          case "volume" -> new Charge.Volume("m", 0, tiers);
          case "package" ->
              new Charge.Package(
                  "m", 0, tiers.getFirst().unitSize(), tiers.getFirst().unitPriceMicros());
          default -> throw new IllegalArgumentException(cells[2]);
        };
    long before = Long.parseLong(cells[4]);
    long quantity = Long.parseLong(cells[5]);
    List<Long> expected = Arrays.stream(cells[6].split(" ")).map(c -> micros(c)).toList();

    Rating.Rated rated = Rating.rate(before, quantity, Optional.of(charge));

    assertEquals(expected, rated.steps().stream().map(Rating.Step::micros).toList());
    assertEquals(
        expected.stream().mapToLong(Long::longValue).sum(), rated.amountMicros(), "the sum");
  }

  private static List<Charge.Tier> tiers(boolean blocks, String text) {
    List<Charge.Tier> tiers = new ArrayList<>();
    long end = 0;
    for (String tier : text.split(" ")) {
      String[] parts = tier.split("[x@+]");
      long size = Long.parseLong(parts[1]);
      Optional<Long> upTo = Optional.empty();
      if (!parts[0].equals("*")) {
        long count = Long.parseLong(parts[0]);
        end = blocks ? end + count * size : count;
        upTo = Optional.of(end);
      }
      long flat = parts.length > 3 ? micros(parts[3]) : 0;
      tiers.add(new Charge.Tier(upTo, micros(parts[2]), size, flat, blocks));
    }
    return tiers;
  }

  private static long micros(String amount) {
    return new BigDecimal(amount).multiply(BigDecimal.valueOf(ONE)).longValueExact();
  }
}
