package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weir.spi.Receipt;
import dev.weir.spi.Settlement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A statement arrives once per key; what the other side settles can be read to its end. */
public abstract class SettlementContract extends ChannelContract {

  private static final int PAGES_MAX = 1000;

  /** How many statements of this id the other side has. */
  protected abstract int received(String statementId);

  @Test
  public final void statementIsReceivedOncePerKey() {
    Instant to = context().clock().instant();
    Settlement.Statement statement =
        new Settlement.Statement(
            "statement-tck-1",
            to.minusSeconds(3600),
            to,
            "USD",
            List.of(new Settlement.Line("binding", "calls", 3, 300_000_000, 2500, 75_000_000)),
            75_000_000);
    assertInstanceOf(Receipt.Sent.class, settlement().send(statement, "settle-key-1"));
    assertInstanceOf(Receipt.Sent.class, settlement().send(statement, "settle-key-1"));
    assertEquals(1, received("statement-tck-1"));
  }

  @Test
  public final void pagesComeToAnEnd() {
    Instant to = context().clock().instant();
    Optional<String> cursor = Optional.empty();
    Set<String> cursors = new HashSet<>();
    for (int i = 0; i < PAGES_MAX; i++) {
      Settlement.Page page = settlement().settlements(to.minusSeconds(86_400), to, cursor);
      if (page.next().isEmpty()) {
        return;
      }
      if (!cursors.add(page.next().get())) {
        throw new AssertionError("cursor " + page.next().get() + " comes twice");
      }
      cursor = page.next();
    }
    throw new AssertionError("pages > " + PAGES_MAX);
  }

  private Settlement settlement() {
    return channel().settlement().orElseThrow(() -> new AssertionError("no facet settlement"));
  }
}
