package dev.weir.gateway;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.OpenAgreement;
import dev.weir.core.bill.Acknowledge;
import dev.weir.core.bill.EndAgreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.channel.FinalWindows;
import dev.weir.core.feedback.Erasures;
import dev.weir.core.feedback.Feedback;
import dev.weir.core.feedback.Feedbacks;
import dev.weir.core.infer.Call;
import dev.weir.core.infer.Calls;
import dev.weir.core.infer.Conversations;
import dev.weir.core.meter.Facts;
import dev.weir.core.meter.Usage;
import dev.weir.core.meter.UsageFact;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What each event of a channel leads to. Every branch may run again with the same event and then
 * changes nothing more: calls, agreements and facts are named after the event.
 */
final class ChannelWork {

  private static final System.Logger LOG = System.getLogger(ChannelWork.class.getName());

  /** How long a message waits for the agreement of its sender. */
  static final Duration ONBOARDING_MAX = Duration.ofMinutes(1);

  private final Ports ports;
  private final Channels channels;
  private final FinalWindows windows;
  private final EndAgreement endAgreement;
  private final Accounts accounts;
  private final Catalog catalog;
  private final Calls calls;
  private final Facts facts;
  private final Feedbacks feedbacks;
  private final Erasures erasures;
  private final Conversations conversations;
  private final Acknowledge acknowledge;

  ChannelWork(House house) {
    this.ports = house.ports();
    this.channels = new Channels(ports);
    this.windows = new FinalWindows(ports);
    this.endAgreement = new EndAgreement(ports, Money.terms(ports));
    this.accounts = new Accounts(ports);
    this.catalog = new Catalog(ports);
    this.calls = new Calls(ports, house.endpoints(), house.replicas(), house.client());
    this.facts = new Facts(ports);
    this.feedbacks = new Feedbacks(ports);
    this.erasures = new Erasures(ports);
    this.conversations = new Conversations(ports);
    this.acknowledge = new Acknowledge(ports);
  }

  void on(ChannelEvent event) {
    switch (event) {
      case ChannelEvent.Message message -> ask(message);
      case ChannelEvent.Onboard onboard -> open(onboard);
      case ChannelEvent.EntitlementChanged changed -> note(changed);
      case ChannelEvent.Cancelled cancelled -> end(cancelled);
      case ChannelEvent.Feedback feedback -> keep(feedback);
      case ChannelEvent.Erasure erasure -> forget(erasure);
      case ChannelEvent.Delivered delivered -> measure(delivered);
      case ChannelEvent.Reported reported ->
          acknowledge.apply(reported.channelId(), reported.acks(), reported.attempt());
      case ChannelEvent.Settled settled -> note(settled);
    }
  }

  private void ask(ChannelEvent.Message message) {
    Optional<Agreement> agreement =
        accounts.byIdentity(message.channelId(), message.bindingId()).filter(a -> !a.ended());
    if (agreement.isEmpty()) {
      // The customer may be on the way in: the two events are in different groups.
      if (message.at().plus(ONBOARDING_MAX).isAfter(ports.clock().instant())) {
        throw new QueueHandler.Later(
            "no agreement of " + message.bindingId() + " yet", Optional.empty());
      }
      note(message);
      return;
    }
    calls.enqueue(
        new Call.Question(
            Calls.callId(message.channelId(), message.dedupeKey()),
            message.channelId(),
            agreement.get().id(),
            message.bindingId(),
            message.conversation(),
            message.user(),
            message.text(),
            message.attributes(),
            message.at()));
  }

  private void open(ChannelEvent.Onboard onboard) {
    ChannelConfig channel = channels.require(onboard.channelId());
    PriceVersion price = catalog.priceAt(channel.planId(), ports.clock().instant());
    Optional<String> acquiredBy =
        channel.kind() == ChannelKind.PARTNER ? Optional.of(channel.id()) : Optional.empty();
    String name = onboard.displayName().isBlank() ? onboard.bindingId() : onboard.displayName();
    Buyer buyer = buyer(onboard);
    accounts.openAgreement(
        new OpenAgreement(
            channel.id(),
            onboard.bindingId(),
            buyer.freeAliases(),
            buyer.customerId(),
            name.substring(0, Math.min(name.length(), OpenAgreement.NAME_MAX_CHARS)),
            channel.productId(),
            channel.planId(),
            price.version(),
            channel.currency(),
            acquiredBy,
            channel.id(),
            onboard.claimSha256()));
    windows.reopen(channel.id(), onboard.bindingId());
  }

  /**
   * Who comes in.
   *
   * @param customerId of the one who has an agreement in this channel under one of the aliases
   * @param freeAliases those that name no running agreement
   */
  private record Buyer(Optional<String> customerId, List<String> freeAliases) {}

  /**
   * A buyer may hold two agreements under one name, as AWS's legacy identifier is one for all
   * agreements of an account. The second is of the same customer; the name goes on meaning the
   * first.
   */
  private Buyer buyer(ChannelEvent.Onboard onboard) {
    Set<String> customers = new TreeSet<>();
    List<String> free = new ArrayList<>();
    for (String alias : onboard.aliases()) {
      Optional<Agreement> taken =
          accounts
              .byIdentity(onboard.channelId(), alias)
              .filter(a -> !a.ended())
              .filter(a -> !onboard.bindingId().equals(a.identities().get(onboard.channelId())));
      taken.ifPresentOrElse(a -> customers.add(a.customerId()), () -> free.add(alias));
    }
    if (customers.size() > 1) {
      throw new ProblemException(
          Problem.conflict(
              "aliases of binding %s name %d customers (channel %s)"
                  .formatted(onboard.bindingId(), customers.size(), onboard.channelId())));
    }
    return new Buyer(customers.stream().findFirst(), free);
  }

  private void end(ChannelEvent.Cancelled cancelled) {
    boolean ended =
        endAgreement.end(
            cancelled.channelId(), cancelled.bindingId(), cancelled.at(), cancelled.flushBy());
    if (!ended) {
      note(cancelled);
    }
  }

  private void keep(ChannelEvent.Feedback f) {
    feedbacks.record(
        new Feedback(f.callId(), f.channelId(), f.bindingId(), f.rating(), f.comment(), f.at()),
        f.dedupeKey());
  }

  private void forget(ChannelEvent.Erasure e) {
    erasures.mark(new Erasures.Mark(e.channelId(), e.bindingId(), e.user(), e.at()));
    conversations.erase(e.channelId(), e.bindingId(), e.user());
  }

  /** What the channel counted becomes facts, once: their keys follow from the call. */
  private void measure(ChannelEvent.Delivered delivered) {
    Optional<Agreement> agreement =
        accounts.byIdentity(delivered.channelId(), delivered.bindingId());
    if (agreement.isEmpty()) {
      note(delivered);
      return;
    }
    List<Write> writes = new ArrayList<>();
    delivered
        .quantities()
        .forEach((meter, quantity) ->
            writes.addAll(
                facts.once(
                    UsageFact.ofCall(
                        new Usage(
                            agreement.get().id(),
                            delivered.channelId(),
                            meter,
                            quantity,
                            delivered.at(),
                            delivered.callId())))));
    if (writes.isEmpty()) {
      return;
    }
    switch (Tables.commit(ports.table(), writes)) {
      case Outcome.Applied _ -> {}
      case Outcome.Refused _ -> {} // counted when the event came before
      case Outcome.Conflict _, Outcome.Unknown _ ->
          throw new PortException("facts of call " + delivered.callId() + " may not be stored");
    }
  }

  private static void note(ChannelEvent event) {
    LOG.log(
        System.Logger.Level.INFO,
        () ->
            "nothing to do for %s %s (channel %s)"
                .formatted(event.getClass().getSimpleName(), event.dedupeKey(), event.channelId()));
  }
}
