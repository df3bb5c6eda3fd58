package dev.weir.core.bill;

import dev.weir.core.meter.Hours;
import dev.weir.core.port.Key;
import dev.weir.core.port.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;

/** Keys of billing, with the writes that a partition sees. Ids hold no slash. */
final class Keys {

  /** Partitions of a month's transactions. */
  static final int LEDGER_SHARDS = 4;

  /** One item per month, currency and channel: a write per commit that rates. */
  static final String BALANCES = "balance";

  /** Where sort keys of entries begin; those of other transactions hold no slash. */
  static final String ENTRY = "e/";

  static final String CARRY = "carry";

  static final String LAST_HOURS = "last-hours";

  /** Hours without a price: none, when all is well. */
  static final String UNRATED = "unrated";

  private Keys() {}

  /** One write per commit that rates. */
  static Key progress() {
    return new Key("bill", "rated");
  }

  /** One write per agreement and hour, by the agreement's shard. */
  static Key entry(EntryId id) {
    return new Key(
        ledger(id.month(), shard(id.agreementId())), ENTRY + id.agreementId() + "/" + id.name());
  }

  static EntryId entryId(Key key) {
    String[] parts = key.sort().split("/", -1);
    return new EntryId(parts[1], parts[2]);
  }

  /** An agreement's entries of a month. */
  static Table.Query entries(String agreementId, YearMonth month) {
    return Table.Query.prefix(ledger(month, shard(agreementId)), ENTRY + agreementId + "/");
  }

  /** What an agreement used in a month, by price and meter: a write per hour. */
  static Key used(String agreementId, YearMonth month) {
    return new Key("used/" + agreementId, month.toString());
  }

  /** Quantities that wait for a later hour's report: none, mostly. */
  static Key carry(String agreementId) {
    return new Key(CARRY, agreementId);
  }

  /** Two writes per agreement that ends where a final window is declared. */
  static Key lastHours(String agreementId) {
    return new Key(LAST_HOURS, agreementId);
  }

  static Key unrated(EntryId id) {
    return new Key(UNRATED, id.toString());
  }

  /** Entries and other transactions: a write per agreement and hour, spread over the shards. */
  static String ledger(YearMonth month, int shard) {
    return "ledger/" + month + "/" + shard;
  }

  static Key transaction(YearMonth month, String id) {
    return new Key(ledger(month, shard(id)), id);
  }

  private static int shard(String id) {
    return Math.floorMod(id.hashCode(), LEDGER_SHARDS);
  }

  static Key balance(YearMonth month, String currency, String channelId) {
    return new Key(BALANCES, month + "/" + currency + "/" + channelId);
  }

  /** How far a channel's zeros are: one write an hour. */
  static Key zeros(String channelId) {
    return new Key("bill", "zeros/" + channelId);
  }

  /** Batches of report lines: three writes per batch, by hour. */
  static String reports(String channelId) {
    return "report/" + channelId;
  }

  static Key report(String channelId, String batchId) {
    return new Key(reports(channelId), batchId);
  }

  /** The batches of an hour. */
  static Table.Query reports(String channelId, Instant hour) {
    return Table.Query.prefix(reports(channelId), Hours.name(hour) + "-");
  }

  /** Names of the batches that are on their way: two writes per batch. */
  static String due(String channelId) {
    return "report-due/" + channelId;
  }

  static Key due(String channelId, String batchId) {
    return new Key(due(channelId), batchId);
  }

  /** One write per invoice, and one per credit note. */
  static Key numbers(String issuer, String series) {
    return new Key("issuer/" + issuer, series);
  }

  static Key issuerProfile(String issuer) {
    return new Key("issuer/" + issuer, "profile");
  }

  /** By number: one write per document. */
  static String numbered(String issuer, String series) {
    return "issued/" + issuer + "/" + series;
  }

  static Key numbered(String issuer, String series, long number) {
    return new Key(numbered(issuer, series), "%019d".formatted(number));
  }

  /** One write per credit note. */
  static Key credited(String issuer, long number) {
    return new Key("credited/" + issuer, "%019d".formatted(number));
  }

  /** One write per credit note, under the id that its caller gave it. */
  static Key creditNote(String issuer, String id) {
    return new Key("credit-note/" + issuer, id);
  }

  /** Invoices of which something is open: a few writes for each. */
  static final String DUNNING = "dunning";

  static Key dunning(String issuer, long number) {
    return new Key(DUNNING, issuer + "/%019d".formatted(number));
  }

  /** A payment and its events: one write and one per event. */
  static String payment(String id) {
    return "payment/" + id;
  }

  static Key paymentState(String id) {
    return new Key(payment(id), "state");
  }

  static Key paymentEvent(String id, String eventId) {
    return new Key(payment(id), "event/" + eventId);
  }

  /** One write per payment. */
  static String payments(String issuer, long number) {
    return "payments/" + issuer + "/%019d".formatted(number);
  }

  static Key payment(String issuer, long number, String id) {
    return new Key(payments(issuer, number), id);
  }

  /** One write a month. */
  static String invoices(String agreementId) {
    return "invoice/" + agreementId;
  }

  static Key invoice(String agreementId, YearMonth month) {
    return new Key(invoices(agreementId), month.toString());
  }

  /** One write per payment and per claw-back. */
  static Key collected(String agreementId, YearMonth month) {
    return new Key("collected/" + agreementId, month.toString());
  }

  static String clawbacks(String partner) {
    return "clawback/" + partner;
  }

  static Key clawback(String partner, String id) {
    return new Key(clawbacks(partner), id);
  }

  /** One write per statement that is sent. */
  static Key settled(String statementId) {
    return new Key("settled/" + statementId, "sent");
  }

  /** What a partner was paid: a write per payout. */
  static Key paidOut(String partner, String currency) {
    return new Key("paid-out/" + partner, currency);
  }

  static Key payoutTerms(String partner) {
    return new Key("paid-out/" + partner, "terms");
  }

  /** One write per payout. */
  static String payouts(String partner) {
    return "payout/" + partner;
  }

  static Key payout(String partner, String id) {
    return new Key(payouts(partner), "id/" + id);
  }

  static Key payoutNumber(String partner) {
    return new Key(payouts(partner), "number");
  }

  /** One write per payout of a market. */
  static String marketPayouts(String channelId, YearMonth month) {
    return "market-payout/" + channelId + "/" + month;
  }

  static Key marketPayout(String channelId, YearMonth month, String id) {
    return new Key(marketPayouts(channelId, month), id);
  }

  /** A write per purchase, per redemption, and per commit that draws credit. */
  static Key wallet(String agreementId) {
    return new Key("wallet/" + agreementId, "wallet");
  }

  /** Written by people; one counter write per redemption. */
  static final String CODES = "code";

  static Key code(String code) {
    return new Key(CODES, code);
  }

  /** Written by people. */
  static String sponsorships(String channelId) {
    return "sponsorship/" + channelId;
  }

  static Key sponsorship(String channelId, String id) {
    return new Key(sponsorships(channelId), id);
  }

  /** A write per commit that rates sponsored use. */
  static Key sponsored(String channelId, String id, YearMonth month) {
    return new Key("sponsored/" + channelId + "/" + id, month.toString());
  }

  /** A write a month, payer and currency. */
  static Key sponsorBill(String payer, YearMonth month, String currency) {
    return new Key("sponsor-bill/" + payer, month + "/" + currency);
  }

  /** Two writes per payment of a sponsor. */
  static Key sponsorPaid(String issuer, long number) {
    return new Key("sponsor-paid/" + issuer + "/" + number, "paid");
  }

  static Key sponsorPayment(String issuer, long number, String id) {
    return new Key("sponsor-paid/" + issuer + "/" + number, "id/" + id);
  }

  /** What of an agreement's subscriptions is charged: a write per charge. */
  static Key subscription(String agreementId) {
    return new Key("subscription/" + agreementId, "covered");
  }

  /** Written by people: a few a month. */
  static final String PROJECTS = "project";

  static Key project(String id) {
    return new Key(PROJECTS, id);
  }

  /** One write a month; checked by what is posted beside the hours. */
  static Key closedUntil() {
    return new Key("bill", "closed");
  }

  /** One write a month. */
  static final String CLOSED = "closed";

  static Key closed(YearMonth month) {
    return new Key(CLOSED, month.toString());
  }

  /** A write a minute for each host. */
  static String uptimes(Instant hour) {
    return "uptime/" + Hours.name(hour);
  }

  static Key uptime(Instant hour, String sourceId) {
    return new Key(uptimes(hour), sourceId);
  }

  /** One write a day. */
  static Key idleUntil() {
    return new Key("bill", "idle");
  }

  static Key idle(LocalDate day) {
    return new Key("idle", day.toString());
  }
}
