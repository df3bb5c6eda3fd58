package dev.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.Channels;
import dev.weir.core.channel.Events;
import dev.weir.core.channel.FinalWindows;
import dev.weir.core.channel.Plugin;
import dev.weir.core.channel.Plugins;
import dev.weir.core.channel.Receipt;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.json.Json;
import dev.weir.core.meter.Lanes;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ChannelEventsQueueTest {

  private static final String CHANNEL = "slack-emea";

  private final Deployment weir = new Deployment();
  private final Events events = new Events(weir.ports);
  private final Accounts accounts = new Accounts(weir.ports);
  private final ChannelEventsQueue handler = new ChannelEventsQueue(weir.ports);
  private final Instant now = weir.clock.instant();

  @BeforeEach
  void channel() {
    Catalog catalog = new Catalog(weir.ports);
    catalog.put(new Product("support", "Support", "support"));
    catalog.put(new Meter("messages", "message", 0));
    catalog.put(new Plan("team", "support", "Team", "USD"));
    catalog.put(
        new PriceVersion(
            "team", 1, now.minusSeconds(60), List.of(new Charge.PerUnit("messages", 0, 100, 1))));
    new Channels(weir.ports)
        .put(
            new ChannelConfig(
                CHANNEL,
                "social-slack",
                ChannelKind.SOCIAL,
                Map.of(),
                "support",
                "team",
                "USD",
                0,
                0,
                Optional.empty()));
  }

  /** What the queue holds, as SQS would hand it over; failures are put back. */
  private SQSBatchResponse pump() {
    Queue queue = weir.ports.queue(Queues.CHANNEL_EVENTS);
    List<SQSEvent.SQSMessage> messages = new ArrayList<>();
    for (Queue.Received received : queue.receive(Queue.RECEIVE_MAX, Duration.ofMinutes(1))) {
      SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
      message.setMessageId(received.id());
      message.setReceiptHandle(received.receipt());
      message.setBody(received.body());
      message.setAttributes(Map.of("MessageGroupId", received.group()));
      messages.add(message);
      queue.acknowledge(received.receipt());
    }
    SQSEvent event = new SQSEvent();
    event.setRecords(messages);
    return handler.handleRequest(event, null);
  }

  private void onboard() {
    events.store(
        new ChannelEvent.Onboard(
            CHANNEL, "onboard:1", now, "T1", "Ada", List.of(), Map.of(), Optional.empty()));
    assertTrue(pump().getBatchItemFailures().isEmpty());
  }

  @Test
  void onboardingOpensOneAgreementAtThePriceOfToday() {
    onboard();
    Agreement agreement = accounts.byIdentity(CHANNEL, "T1").orElseThrow();
    assertEquals(1, agreement.priceVersion());
    assertEquals("USD", agreement.currency());
    onboard();
    assertEquals(agreement, accounts.byIdentity(CHANNEL, "T1").orElseThrow());
  }

  private void onboard(String binding, String... aliases) {
    events.store(
        new ChannelEvent.Onboard(
            CHANNEL,
            "onboard:" + binding,
            now,
            binding,
            "Ada",
            List.of(aliases),
            Map.of(),
            Optional.empty()));
  }

  @Test
  void secondAgreementUnderATakenAliasIsOfTheSameCustomer() {
    onboard("licence-1", "account-7", "agreement-1");
    onboard("licence-2", "account-7", "agreement-2");
    assertTrue(pump().getBatchItemFailures().isEmpty());
    Agreement first = accounts.byIdentity(CHANNEL, "licence-1").orElseThrow();
    Agreement second = accounts.byIdentity(CHANNEL, "licence-2").orElseThrow();
    assertNotEquals(first.id(), second.id());
    assertEquals(first.customerId(), second.customerId());
    assertEquals(first, accounts.byIdentity(CHANNEL, "account-7").orElseThrow());
    assertEquals(second, accounts.byIdentity(CHANNEL, "agreement-2").orElseThrow());
  }

  @Test
  void aliasesOfTwoCustomersAreForAPersonToJudge() {
    onboard("licence-1", "account-7");
    onboard("licence-2", "account-8");
    onboard("licence-3", "account-7", "account-8");
    assertEquals(1, pump().getBatchItemFailures().size());
    assertTrue(accounts.byIdentity(CHANNEL, "licence-3").isEmpty());
  }

  @Test
  void aMessageBecomesOneCallHoweverOftenItIsAnnounced() {
    onboard();
    ChannelEvent.Message message =
        new ChannelEvent.Message(CHANNEL, "in:e1", now, "T1", "C1", "U1", "hello", Map.of());
    events.store(message);
    weir.ports
        .queue(Queues.CHANNEL_EVENTS)
        .send("x", "{\"channelId\":\"slack-emea\",\"dedupeKey\":\"in:e1\"}", Duration.ZERO);
    assertTrue(pump().getBatchItemFailures().isEmpty());
    assertEquals(1, weir.ports.queue(Queues.CALLS).receive(10, Duration.ofMinutes(1)).size());
  }

  @Test
  void aStrangersMessageIsPassedOver() {
    events.store(
        new ChannelEvent.Message(CHANNEL, "in:e2", now, "T9", "C1", "U1", "hello", Map.of()));
    weir.clock.advance(ChannelWork.ONBOARDING_MAX.plusSeconds(1));
    assertTrue(pump().getBatchItemFailures().isEmpty());
    assertTrue(weir.ports.queue(Queues.CALLS).receive(10, Duration.ofMinutes(1)).isEmpty());
  }

  @Test
  void aMessageThatOvertakesItsOnboardingComesAgain() {
    events.store(
        new ChannelEvent.Message(CHANNEL, "in:e3", now, "T1", "C1", "U1", "hello", Map.of()));
    assertEquals(1, pump().getBatchItemFailures().size());
    assertTrue(weir.ports.queue(Queues.CALLS).receive(10, Duration.ofMinutes(1)).isEmpty());
  }

  @Test
  void whatTheChannelCountedBecomesFactsOnce() {
    onboard();
    events.store(
        new ChannelEvent.Delivered(
            CHANNEL,
            "delivered:c1",
            now,
            "T1",
            "c1",
            new Receipt.Sent("r"),
            Map.of("messages", 1L, "resolved_conversations", 1L)));
    pump();
    weir.ports
        .queue(Queues.CHANNEL_EVENTS)
        .send("x", "{\"channelId\":\"slack-emea\",\"dedupeKey\":\"delivered:c1\"}", Duration.ZERO);
    pump();
    assertEquals(2, new Lanes(weir.ports).drain());
  }

  @Test
  void cancellingEndsTheAgreement() {
    onboard();
    events.store(new ChannelEvent.Cancelled(CHANNEL, "in:x", now, "T1", Optional.empty()));
    pump();
    assertFalse(accounts.byIdentity(CHANNEL, "T1").orElseThrow().active());
  }

  @Test
  void finalWindowIsTheEventsElseTheManifests() {
    FinalWindows windows = new FinalWindows(weir.ports);
    new Plugins(weir.ports).put(plugin(2));
    onboard("T1", "alias-1");
    onboard("T2");
    pump();
    events.store(
        new ChannelEvent.Cancelled(
            CHANNEL, "in:x", now, "alias-1", Optional.of(now.plusSeconds(60))));
    events.store(new ChannelEvent.Cancelled(CHANNEL, "in:y", now, "T2", Optional.empty()));
    pump();
    assertEquals(Optional.of(now.plusSeconds(60)), windows.of(CHANNEL, "T1"));
    assertEquals(Optional.of(now.plus(Duration.ofHours(2))), windows.of(CHANNEL, "T2"));
    events.store(
        new ChannelEvent.Onboard(
            CHANNEL, "onboard:again", now, "T2", "Ada", List.of(), Map.of(), Optional.empty()));
    pump();
    assertEquals(Optional.empty(), windows.of(CHANNEL, "T2"));
  }

  @Test
  void vendorsEndIsCarriedToTheOtherSide() {
    onboard("T1");
    pump();
    new Plugins(weir.ports).put(plugin(0));
    String id = accounts.byIdentity(CHANNEL, "T1").orElseThrow().id();
    assertEquals(200, weir.control("POST", "/control/v1/agreements/" + id + "/end", "{}").status());
    assertFalse(accounts.byIdentity(CHANNEL, "T1").orElseThrow().active());
    Queue.Received task =
        weir.ports.queue(Queues.report(CHANNEL)).receive(1, Duration.ofMinutes(1)).getFirst();
    assertEquals(new ReportTask.Offboard("T1"), Json.read(task.body(), ReportTask.class));
  }

  private static Plugin plugin(int finalWindowHours) {
    return new Plugin(
        "social-slack",
        "1.0",
        ChannelKind.SOCIAL,
        "1.0",
        "00",
        "",
        Set.of("onboarding", "reporting"),
        List.of(),
        List.of(),
        List.of(new Plugin.Meter("messages", "message", 0, 25, 24, finalWindowHours, true, 100)),
        Optional.empty());
  }

  @Test
  void anUnreadableMessageIsNamedAndTheOthersAreWorkedOn() {
    weir.ports.queue(Queues.CHANNEL_EVENTS).send("bad", "not json", Duration.ZERO);
    events.store(
        new ChannelEvent.Onboard(
            CHANNEL, "onboard:2", now, "T2", "Bo", List.of(), Map.of(), Optional.empty()));
    assertEquals(1, pump().getBatchItemFailures().size());
    assertTrue(accounts.byIdentity(CHANNEL, "T2").isPresent());
  }
}
