package dev.weir.local.simulate;

import java.util.List;
import java.util.stream.Stream;

/** Defects between the rated line and the money. */
final class BookMutations {

  private BookMutations() {}

  static List<Mutation> all() {
    return Stream.of(documents(), partners(), plans()).flatMap(List::stream).toList();
  }

  /** Of documents and payments. */
  private static List<Mutation> documents() {
    return List.of(
        Mutation.core(
            "an invoice's number is taken before its commit",
            "bill/Invoices",
            "if (Tables.commit(table, writes(next, fresh, invoice, agreement)).applied()) {",
            """
            List<Write> all = writes(next, fresh, invoice, agreement);
            if (Tables.commit(table, all.subList(0, 1)).applied()
                && Tables.commit(table, all.subList(1, all.size())).applied()) {
            """),
        Mutation.core(
            "an open month is invoiced",
            "bill/RatedMonth",
            "if (rated.isBefore(end)) {",
            "if (rated.isBefore(end.minusSeconds(20 * 86_400))) {"),
        Mutation.core(
            "what is credited of a row is not remembered",
            "bill/CreditNotes",
            "writes.add(credited(creditedKey, credited, rows));",
            "assert !credited(creditedKey, credited, rows).key().sort().isEmpty();"),
        Mutation.core(
            "a credit note does not take back the partner's share",
            "bill/CreditNotes",
            "writes.addAll(Uncharged.clawbacks(note, row, partner));",
            "assert !Uncharged.clawbacks(note, row, partner).contains(null);"),
        Mutation.core(
            "a refund is not booked",
            "bill/PaymentMove",
            """
                    yield moved(
                        p.refunded(back.micros(), event.at()), Account.RECEIVABLE, Account.CASH, back.micros());
            """,
            """
                    yield new PaymentMove(p.refunded(back.micros(), event.at()), Optional.empty());
            """),
        Mutation.core(
            "a lost dispute leaves the invoice paid",
            "bill/Receivables",
            "if (!won) {",
            "if (won && id.isEmpty()) {"),
        Mutation.core(
            "a paid invoice is asked for",
            "bill/Settling",
            "if (!open && dunning.isPresent()) {",
            "if (!open && dunning.isPresent() && isPaid) {"),
        Mutation.core(
            "an invoice's rounding is not booked",
            "bill/Invoices",
            "invoice.payableMicros() - invoice.totalMicros())",
            "0)"));
  }

  /** Of partners and markets. */
  private static List<Mutation> partners() {
    return List.of(
        Mutation.core(
            "a payout ignores the holding period",
            "bill/Settlements",
            "ports.clock().instant().isBefore(collected.get().plus(holding));",
            "ports.clock().instant().isBefore(collected.get());"),
        Mutation.core(
            "a claw-back is dropped",
            "bill/Earned",
            "Math.negateExact(clawback.micros())));",
            "0));"),
        Mutation.core(
            "less than the minimum is paid out",
            "bill/Payouts",
            "return payableMicros <= 0 || payableMicros < minimumMicros;",
            "return payableMicros <= 0;"),
        Mutation.core(
            "what was paid out before is forgotten",
            "bill/Payouts",
            "long paid = paid(before, PAID);",
            "long paid = 0;"),
        Mutation.core(
            "a market's usage that it was not told of is taken as accepted",
            "bill/Settlements",
            "collected.isPresent() && !market(line.billedThrough());",
            "collected.isPresent();"),
        Mutation.core(
            "a month is collected once a market paid a part of it",
            "bill/MarketPayouts",
            ".allMatch(row -> row.differenceMicros() >= 0);",
            ".allMatch(row -> row.paidMicros() > 0);"),
        Mutation.core(
            "shares of what credit paid are forgotten",
            "bill/Settlements",
            "line.shareMicros() == 0 && line.amountMicros() == 0 && line.joint().isEmpty()",
            "line.amountMicros() == 0"));
  }

  /** Of plans and credit. */
  private static List<Mutation> plans() {
    return List.of(
        Mutation.core(
            "each part of a period is rounded",
            "bill/Proration",
            "return Math.subtractExact(earned(amountMicros, period, to), earned(amountMicros,"
                + " period, from));",
            "return Rating.price(Duration.between(from, to).toSeconds(), amountMicros,"
                + " period.seconds());"),
        Mutation.core(
            "use that credit paid for does not count towards a commitment",
            "bill/Commitment",
            "charged = Math.addExact(charged, line.revenueMicros());",
            "charged = Math.addExact(charged, line.amountMicros());"),
        Mutation.core(
            "a period is not charged any more when its charge comes late",
            "bill/Coverage",
            "!before.tooOld(from)",
            "!before.tooOld(until)"),
        Mutation.core(
            "a month that ended with another is not made up for",
            "bill/Subscriptions",
            "Line.month(from).isAfter(last) ? last : Line.month(from);",
            "last.minusMonths(0);"),
        Mutation.core(
            "credit is used in the order of its purchase",
            "bill/CreditPack",
            "Comparator.comparing(CreditPack::expires)\n          .thenComparing(CreditPack::from)",
            "Comparator.comparing(CreditPack::from)\n"
                + "          .thenComparing(CreditPack::expires)"),
        Mutation.core(
            "credit that expired is still used",
            "bill/CreditPack",
            "return !at.isBefore(from) && at.isBefore(expires);",
            "return !at.isBefore(from) && at.isBefore(expires.plusSeconds(864000));"),
        Mutation.core(
            "nothing is given back of a period that ends early",
            "bill/Coverage",
            "for (Period back : minus(spans, wanted)) {",
            "for (Period back : minus(spans, spans)) {"),
        Mutation.core(
            "a one-time charge comes with every version and term",
            "bill/Subscriptions",
            "String name = term.planId() + \"/\" + one.name();",
            "String name = term.from() + \"/\" + one.name();"));
  }
}
