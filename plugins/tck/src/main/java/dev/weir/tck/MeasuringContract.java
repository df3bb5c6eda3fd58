package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.spi.Measuring;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is counted is declared, and counting again gives the same. */
public abstract class MeasuringContract extends ChannelContract {

  @Test
  public final void quantitiesAreOfDeclaredMetersEachOnceAndAlwaysTheSame() {
    for (boolean answered : List.of(true, false)) {
      for (boolean first : List.of(true, false)) {
        Measuring.Completion completion =
            new Measuring.Completion("call", "binding", "conversation", answered, first, 7, 11);
        List<Measuring.Quantity> quantities = measuring().measure(completion);
        Set<String> meters = new HashSet<>();
        for (Measuring.Quantity quantity : quantities) {
          assertTrue(
              context().manifest().meters().containsKey(quantity.meter()),
              "meter " + quantity.meter() + " is not declared");
          assertTrue(meters.add(quantity.meter()), "meter " + quantity.meter() + " twice");
        }
        context().clock().advance(java.time.Duration.ofDays(1));
        assertEquals(quantities, measuring().measure(completion), "measuring must be pure");
      }
    }
  }

  private Measuring measuring() {
    return channel().measuring().orElseThrow(() -> new AssertionError("no facet measuring"));
  }
}
