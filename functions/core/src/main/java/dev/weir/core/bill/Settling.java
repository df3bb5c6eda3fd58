package dev.weir.core.bill;

import dev.weir.core.account.Suspensions;
import dev.weir.core.bill.transfer.Books;
import dev.weir.core.json.Json;
import dev.weir.core.notice.Notices;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows where an invoice's open amount changes: one with nothing open is collected, so that
 * partners can be paid from it, is not asked for any more, and does not keep its agreement from
 * being served; one that is open again is asked for. Thread-safe.
 */
final class Settling {

  private final Table table;
  private final Suspensions suspensions;
  private final Notices notices;

  Settling(Ports ports) {
    this.table = ports.table();
    this.suspensions = new Suspensions(table);
    this.notices = new Notices(ports);
  }

  /**
   * The writes for the commit that changes the open amount.
   *
   * @param books with that change
   */
  List<Write> after(Books books, String issuer, Invoice invoice, Instant at) {
    Key dunned = Keys.dunning(issuer, invoice.number());
    Key paid = Keys.collected(invoice.agreementId(), invoice.month());
    Optional<Item> dunning = table.get(dunned);
    boolean isPaid = table.get(paid).isPresent();
    if (dunning.filter(Settling::writtenOff).isPresent()) {
      return List.of(); // a loss is no collection
    }
    boolean open = Receivables.openMicros(books, issuer, invoice.number()) > 0;
    List<Write> writes = new ArrayList<>();
    if (open && dunning.isEmpty()) {
      Dunning.Open asked = Dunning.Open.of(invoice, at);
      writes.add(Write.put(dunned, Json.write(asked), Condition.ABSENT));
    }
    if (!open && dunning.isPresent()) {
      writes.add(new Write.Delete(dunned, Condition.atVersion(dunning.get().version())));
      String name = Dunning.Open.name(issuer, invoice.number());
      writes.addAll(suspensions.lifting(invoice.agreementId(), name));
      Dunning.Open asked = Json.read(dunning.get().body(), Dunning.Open.class);
      if (asked.state() != Dunning.State.DUE) {
        writes.addAll(notices.writes(asked.notice("settled", at)));
      }
    }
    if (open && isPaid) {
      writes.add(Write.delete(paid));
    }
    if (!open && !isPaid) {
      writes.add(Collections.write(invoice.agreementId(), invoice.month(), at));
    }
    return writes;
  }

  private static boolean writtenOff(Item dunning) {
    Dunning.Open open = Json.read(dunning.body(), Dunning.Open.class);
    return open.state() == Dunning.State.WRITTEN_OFF;
  }
}
