package dev.weir.gateway.control;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.OpenAgreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.Channels;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What the vendor sells by hand: no plugin, no fee, no share; invoiced like any other. */
final class DirectSales {

  private final Accounts accounts;
  private final Catalog catalog;
  private final Channels channels;
  private final InstantSource clock;

  DirectSales(Ports ports) {
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.channels = new Channels(ports);
    this.clock = ports.clock();
  }

  /** Opens the agreement at the plan's price of now, in the direct channel of its currency. */
  Agreement sell(String customer, String planId, String reference, Optional<String> customerId) {
    Plan plan =
        catalog
            .plan(planId)
            .orElseThrow(() -> new ProblemException(Problem.notFound("no plan " + planId)));
    PriceVersion price = catalog.priceAt(planId, clock.instant());
    ChannelConfig channel = ChannelConfig.direct(plan.productId(), planId, plan.currency());
    OpenAgreement wish =
        new OpenAgreement(
            channel.id(),
            reference,
            List.of(),
            customerId,
            customer,
            plan.productId(),
            planId,
            price.version(),
            plan.currency(),
            Optional.empty(),
            channel.id(),
            Optional.empty());
    if (channels.get(channel.id()).isEmpty()) {
      channels.put(channel);
    }
    return accounts.openAgreement(wish);
  }
}
