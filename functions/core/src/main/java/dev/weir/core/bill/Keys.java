package dev.weir.core.bill;

import dev.weir.core.meter.Hours;
import dev.weir.core.meter.StableId;
import dev.weir.core.port.Key;
import java.time.Instant;
import java.time.YearMonth;

/** Keys of billing, with the writes that a partition sees. Ids hold no slash. */
final class Keys {

  /** Partitions of a month's transactions. */
  static final int LEDGER_SHARDS = 4;

  /** One item per account, month and currency; several writes per rated line. */
  static final String BALANCES = "balance";

  /** Hours without a price: none, when all is well. */
  static final String UNRATED = "unrated";

  private Keys() {}

  /** One write per run that rates. */
  static Key progress() {
    return new Key("bill", "rated");
  }

  /** A write per line of the agreement. */
  static String lines(String agreementId, YearMonth month) {
    return "lines/" + agreementId + "/" + month;
  }

  static Key usageLine(String agreementId, Instant hour, String meter, String channelId) {
    return new Key(
        lines(agreementId, Line.month(hour)), Hours.name(hour) + "/" + meter + "/" + channelId);
  }

  static Key flatLine(String agreementId, YearMonth month, int index) {
    return new Key(lines(agreementId, month), "flat/" + index);
  }

  static Key line(String lineId) {
    return new Key("line/" + lineId, "at");
  }

  /** A write per line of the agreement. */
  static Key used(String agreementId, YearMonth month, String planId, int version, String meter) {
    return new Key("used/" + agreementId, month + "/" + planId + "/" + version + "/" + meter);
  }

  static Key unrated(String lineId) {
    return new Key(UNRATED, lineId);
  }

  /** A write per rated line with an amount, by shard. */
  static String ledger(YearMonth month, int shard) {
    return "ledger/" + month + "/" + shard;
  }

  static Key transaction(YearMonth month, String id) {
    return new Key(ledger(month, Math.floorMod(id.hashCode(), LEDGER_SHARDS)), id);
  }

  static Key balance(YearMonth month, String currency, Transaction.Account account, String of) {
    return new Key(BALANCES, month + "/" + currency + "/" + account + "/" + of);
  }

  /** Lines on their way to a channel's other side: three writes per line. */
  static String due(String channelId) {
    return "report-due/" + channelId;
  }

  static Key due(String channelId, String reportId) {
    return new Key(due(channelId), reportId);
  }

  /** Lines whose end is known: one write per line. */
  static String done(String channelId) {
    return "report-done/" + channelId;
  }

  static Key done(String channelId, String reportId) {
    return new Key(done(channelId), reportId);
  }

  /** Sorts by hour. */
  static String reportId(String channelId, String agreementId, String meter, Instant hour) {
    return Hours.name(hour) + "-" + StableId.of("report", channelId, agreementId, meter);
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

  /** What of an agreement's subscriptions is charged: a write per charge. */
  static Key subscription(String agreementId) {
    return new Key("subscription/" + agreementId, "covered");
  }

  /** Written by people: a few a month. */
  static final String PROJECTS = "project";

  static Key project(String id) {
    return new Key(PROJECTS, id);
  }
}
