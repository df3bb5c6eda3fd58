package dev.weir.local.simulate;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.meter.FactCheck;
import dev.weir.core.meter.UsageFact;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What was done after an end that was known, and nothing else of who ended, is kept aside. */
final class EndChecks {

  /** After an end that is known, what is from so much later is not counted. */
  private static final Duration AFTER_END_MAX =
      FactCheck.AHEAD_MAX.plus(FactCheck.ENDED_KNOWN).plusSeconds(5);

  /** Later than this an end is looked up by those who answer only. */
  private static final Duration ENDED_LISTED = Accounts.ENDED_LISTED.minusHours(2);

  private final World world;
  private final Shop shop;

  EndChecks(World world, Shop shop) {
    this.world = world;
    this.shop = shop;
  }

  void run(Collection<UsageFact> counted, Map<Reference.Of, UsageFact> refused) {
    Map<String, Instant> ended = new HashMap<>();
    Accounts accounts = new Accounts(world.base());
    for (Shop.Sold sold : shop.sold()) {
      accounts
          .agreement(sold.id())
          .flatMap(Agreement::endedAt)
          .ifPresent(end -> ended.put(sold.id(), end));
    }
    Map<String, Instant> known = world.reference().ended();
    counted.forEach(fact -> {
      Instant end = ended.getOrDefault(fact.agreementId(), Instant.MAX);
      Instant sure = known.getOrDefault(fact.agreementId(), Instant.MAX);
      Instant last = end.isAfter(sure) ? end : sure;
      Violation.unless(
          last.equals(Instant.MAX)
              || !fact.at().isAfter(last.plus(AFTER_END_MAX))
              || fact.at().isAfter(end.plus(ENDED_LISTED)),
          "%s is counted; its agreement ended at %s, which was known at %s",
          fact,
          end,
          sure);
    });
    refused.forEach((of, fact) -> {
      Instant end = ended.getOrDefault(fact.agreementId(), Instant.MAX);
      Violation.unless(
          world.has(Trouble.WRONG_CLOCK)
              || (!end.equals(Instant.MAX) && fact.at().isAfter(end.plus(FactCheck.AFTER_END_MAX))),
          "%s is refused, its agreement ended at %s",
          of,
          end);
    });
  }
}
