package dev.weir.loader;

import dev.weir.spi.Ack;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Reporting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reporting whose calls to the other side keep to a pace. */
record PacedReporting(Reporting reporting, Pace pace) implements Reporting {

  @Override
  public List<Ack> report(List<SealedLine> lines) {
    return pace.call(() -> reporting.report(lines));
  }

  @Override
  public List<Ack> finalFlush(List<SealedLine> lines, Instant deadline) {
    return pace.call(() -> reporting.finalFlush(lines, deadline));
  }

  @Override
  public Optional<List<SealedLine>> readBack(Instant from, Instant to) {
    return pace.call(() -> reporting.readBack(from, to));
  }

  @Override
  public Optional<RawResponse> answer(RawRequest pull) {
    return pace.call(() -> reporting.answer(pull));
  }
}
