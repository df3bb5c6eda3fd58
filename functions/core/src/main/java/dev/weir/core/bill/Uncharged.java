package dev.weir.core.bill;

import dev.weir.core.bill.Transaction.Account;
import dev.weir.core.bill.Transaction.Leg;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a credit note's row means: in the ledger, and to those who earned of what it takes back. */
final class Uncharged {

  private Uncharged() {}

  /**
   * Its transaction: each side is the channel's that the line's posting has it of.
   *
   * @param billed the channel that collects
   */
  static Transaction posting(CreditNote note, CreditNote.Row row, String billed) {
    List<Leg> legs = new ArrayList<>();
    String used = row.channelId();
    back(legs, Account.REVENUE, used, Account.RECEIVABLE, billed, row.amountMicros());
    back(legs, Account.MARKET_PAYABLE, billed, Account.MARKET_FEE, used, row.feeMicros());
    back(legs, Account.PARTNER_PAYABLE, used, Account.PARTNER_SHARE, used, row.shareMicros());
    long joint = row.joint().stream().mapToLong(Line.JointShare::micros).reduce(0, Math::addExact);
    back(legs, Account.JOINT_PAYABLE, used, Account.JOINT_SHARE, used, joint);
    Transaction back =
        new Transaction(
            id(note, row),
            note.currency(),
            note.issuedAt(),
            "CREDIT_NOTE %d of invoice %d, agreement %s"
                .formatted(note.number(), note.invoiceNumber(), note.agreementId()),
            legs);
    return back.about(note.agreementId());
  }

  private static String id(CreditNote note, CreditNote.Row row) {
    return "credit-%s-%d-%d".formatted(note.issuer(), note.number(), row.row());
  }

  private static void back(
      List<Leg> legs, Account debit, String of, Account credit, String from, long micros) {
    if (micros > 0) {
      legs.add(Leg.debit(debit, of, micros));
      legs.add(Leg.credit(credit, from, micros));
    }
  }

  /** What partner and beneficiaries do not earn after all; its posting is the row's. */
  static List<Write> clawbacks(CreditNote note, CreditNote.Row row, Optional<String> partner) {
    List<Write> writes = new ArrayList<>();
    if (row.shareMicros() > 0) {
      partner.ifPresent(
          p -> writes.add(entry(note, row, id(note, row), p, Optional.empty(), row.shareMicros())));
    }
    for (Line.JointShare joint : row.joint()) {
      String id = id(note, row) + "-" + joint.what();
      writes.add(
          entry(note, row, id, joint.beneficiary(), Optional.of(joint.what()), joint.micros()));
    }
    return writes;
  }

  private static Write entry(
      CreditNote note,
      CreditNote.Row row,
      String id,
      String partner,
      Optional<String> what,
      long micros) {
    Clawback clawback =
        new Clawback(
            id,
            partner,
            row.channelId(),
            what,
            note.currency(),
            micros,
            "credit note " + note.number(),
            note.issuedAt());
    return Write.put(Keys.clawback(partner, id), Json.write(clawback), Condition.ABSENT);
  }
}
