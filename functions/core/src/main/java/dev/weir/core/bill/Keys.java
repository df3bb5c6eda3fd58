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

  /** One write per invoice. */
  static Key issuer(String issuer) {
    return new Key("issuer/" + issuer, "number");
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
}
