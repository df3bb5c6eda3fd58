package dev.weir.tck.sim.aws;

import dev.weir.tck.sim.Simulator;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A market that is open at noon, and a seller at it. */
abstract class OpenMarket {

  /** The middle of a month, so that no test meets the month's end by chance. */
  static final Instant NOON = Instant.parse("2026-11-15T12:00:30Z");

  static final Instant HOUR = Instant.parse("2026-11-15T12:00:00Z");

  @TempDir Path data;
  Simulator sim;
  Seller seller;

  @BeforeEach
  void start() {
    sim = AwsSim.open("--port", "0", "--data", data.toString()).start();
    seller = new Seller(sim.base());
    seller.moveTo(NOON);
  }

  @AfterEach
  void stop() {
    seller.close();
    sim.close();
  }
}
