package dev.weir.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.port.Ports;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AccountsTest {

  private final Ports ports = MemoryPorts.create(AccountWorld.clock());
  private final Accounts accounts = new Accounts(ports);

  @Test
  void sameBindingOpensOneAgreement() {
    Agreement first = accounts.openAgreement(AccountWorld.open("slack-emea", "T1"));
    Agreement again = accounts.openAgreement(AccountWorld.open("slack-emea", "T1"));

    assertEquals(first, again);
    assertEquals(1, accounts.allAgreements(Page.Request.FIRST).items().size());
    assertEquals(1, accounts.customers(Page.Request.FIRST).items().size());
  }

  @Test
  void oneBindingOpenedByManyAtOnceIsOneAgreement() throws Exception {
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Agreement>> calls =
          IntStream.range(0, 16)
              .<Callable<Agreement>>mapToObj(
                  i -> () -> accounts.openAgreement(AccountWorld.open("slack-emea", "T1")))
              .toList();
      List<Agreement> opened = new ArrayList<>();
      for (var future : pool.invokeAll(calls)) {
        opened.add(future.get());
      }
      assertEquals(1, opened.stream().distinct().count());
    }
    assertEquals(1, accounts.allAgreements(Page.Request.FIRST).items().size());
  }

  @Test
  void sameBindingIdInTwoChannelsIsTwoAgreements() {
    Agreement a = accounts.openAgreement(AccountWorld.open("slack-emea", "T1"));
    Agreement b = accounts.openAgreement(AccountWorld.open("feishu-cn", "T1"));

    assertNotEquals(a.id(), b.id());
    assertEquals(a, accounts.byIdentity("slack-emea", "T1").orElseThrow());
    assertEquals(b, accounts.byIdentity("feishu-cn", "T1").orElseThrow());
    assertEquals(List.of(b), accounts.agreements("feishu-cn", Page.Request.FIRST).items());
  }

  @Test
  void aliasFindsTheAgreementAndCannotBeTaken() {
    Agreement market =
        accounts.openAgreement(
            AccountWorld.open(
                "aws-marketplace",
                "arn:aws:license-manager::294406891311:license/l-1",
                List.of("cust-legacy-1"),
                Optional.empty()));
    assertEquals(market, accounts.byIdentity("aws-marketplace", "cust-legacy-1").orElseThrow());

    Agreement other = accounts.openAgreement(AccountWorld.open("aws-marketplace", "l-2"));
    ProblemException taken =
        assertThrows(
            ProblemException.class,
            () -> accounts.addAlias(other.id(), "aws-marketplace", "cust-legacy-1"));
    assertEquals(409, taken.problem().status());
    accounts.addAlias(market.id(), "aws-marketplace", "cust-legacy-1");
  }

  @Test
  void oneMoreChannelDeliversTheSameAgreement() {
    Agreement bought = accounts.openAgreement(AccountWorld.open("acme-reseller", "c-9"));
    Agreement both = accounts.addIdentity(bought.id(), "slack-emea", "T9");

    assertEquals("acme-reseller", both.billedThrough());
    assertEquals(both, accounts.byIdentity("slack-emea", "T9").orElseThrow());
    assertEquals(both, accounts.byIdentity("acme-reseller", "c-9").orElseThrow());
    assertEquals(List.of(both), accounts.agreements("acme-reseller", Page.Request.FIRST).items());
    assertEquals(List.of(both), accounts.agreements("slack-emea", Page.Request.FIRST).items());
  }

  @Test
  void endedAgreementKeepsItsTimeAndItsBindingOpensAnother() {
    Agreement first = accounts.openAgreement(AccountWorld.open("slack-emea", "T1"));
    Instant at = ports.clock().instant();
    Agreement ended = accounts.end(first.id(), at);
    assertFalse(ended.active());
    assertEquals(ended, accounts.end(first.id(), at.plusSeconds(60)));
    assertFalse(accounts.byIdentity("slack-emea", "T1").orElseThrow().active());

    Agreement second = accounts.openAgreement(AccountWorld.open("slack-emea", "T1"));
    assertNotEquals(first.id(), second.id());
    assertEquals(first.customerId(), second.customerId());
    assertEquals(second, accounts.byIdentity("slack-emea", "T1").orElseThrow());
  }

  @Test
  void listsPageOldestFirst() {
    List<String> opened = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      opened.add(accounts.openAgreement(AccountWorld.open("acme-reseller", "c-" + i)).id());
    }
    List<String> listed = new ArrayList<>();
    Page<Agreement> page = accounts.allAgreements(new Page.Request(2, Optional.empty()));
    while (true) {
      assertTrue(page.items().size() <= 2);
      page.items().forEach(agreement -> listed.add(agreement.id()));
      if (page.next().isEmpty()) {
        break;
      }
      page = accounts.allAgreements(new Page.Request(2, page.next()));
    }
    assertEquals(opened, listed);
  }

  @Test
  void violatedTermsAreQuoted() {
    ProblemException currency =
        assertThrows(
            ProblemException.class,
            () ->
                new OpenAgreement(
                    "slack-emea",
                    "T1",
                    List.of(),
                    Optional.empty(),
                    "ACME",
                    "p",
                    "plan",
                    1,
                    "EUR",
                    Optional.empty(),
                    "slack-emea",
                    Optional.empty()));
    assertEquals("currency \"EUR\" is neither CNY nor USD", currency.problem().detail());
    ProblemException customer =
        assertThrows(
            ProblemException.class,
            () ->
                accounts.openAgreement(
                    new OpenAgreement(
                        "slack-emea",
                        "T1",
                        List.of(),
                        Optional.of("nobody"),
                        "ACME",
                        "p",
                        "plan",
                        1,
                        "USD",
                        Optional.empty(),
                        "slack-emea",
                        Optional.empty())));
    assertEquals(404, customer.problem().status());
  }
}
