package dev.weir.core.notice;

import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Notices, and how telling them stands. Stateless and thread-safe. */
public final class Notices {

  /** How long they can be looked up. */
  public static final Duration KEPT = Duration.ofDays(400);

  private final Table table;
  private final Outbox outbox;

  public Notices(Ports ports) {
    this.table = ports.table();
    this.outbox = new Outbox(ports);
  }

  /**
   * A message on the queue {@link Queues#NOTICES}.
   *
   * @param target absent: find out who is told
   */
  record Pointer(YearMonth month, String noticeId, Optional<String> target) {}

  /**
   * The writes that tell it, for the commit in which it happens. Written again, it is told to whom
   * it was not told.
   */
  public List<Write> writes(Notice notice) {
    YearMonth month = Keys.month(notice.at());
    Write row =
        Write.put(
            Keys.notice(month, notice.id()),
            Json.write(notice),
            notice.at().plus(KEPT),
            Condition.ALWAYS);
    return List.of(row, message(new Pointer(month, notice.id(), Optional.empty())));
  }

  Write message(Pointer pointer) {
    String group = pointer.noticeId() + pointer.target().map(t -> "/" + t).orElse("");
    return outbox.row(Queues.NOTICES, group, Json.write(pointer));
  }

  /** A notice, and to whom it is told. */
  public record Told(Notice notice, List<Delivery> deliveries) {
    public Told {
      deliveries = List.copyOf(deliveries);
    }
  }

  /**
   * Tells those again to whom telling it was given up.
   *
   * @param only this target, if present
   * @return how telling it stands then
   * @throws ProblemException 404 for an unknown notice; 409 where telling it did not fail
   */
  public Told resend(YearMonth month, String noticeId, Optional<String> only, Instant now) {
    Told told =
        list(month).stream()
            .filter(each -> each.notice().id().equals(noticeId))
            .findFirst()
            .orElseThrow(() ->
                new ProblemException(Problem.notFound("no notice " + noticeId + " in " + month)));
    List<Delivery> failed =
        told.deliveries().stream()
            .filter(delivery -> only.map(delivery.targetId()::equals).orElse(true))
            .filter(delivery -> delivery.state() == Delivery.State.FAILED)
            .toList();
    if (failed.isEmpty()) {
      throw new ProblemException(
          Problem.conflict(
              "notice %s is FAILED for no target%s: %s"
                  .formatted(noticeId, only.map(id -> " " + id).orElse(""), states(told))));
    }
    failed.forEach(delivery -> again(month, delivery, now));
    return list(month).stream()
        .filter(each -> each.notice().id().equals(noticeId))
        .findFirst()
        .orElse(told);
  }

  private static String states(Told told) {
    return told.deliveries().isEmpty()
        ? "nobody is told"
        : told.deliveries().stream()
            .map(delivery -> delivery.targetId() + " " + delivery.state())
            .collect(Collectors.joining(", "));
  }

  private void again(YearMonth month, Delivery delivery, Instant now) {
    Item item =
        table
            .get(Keys.delivery(month, delivery.noticeId(), delivery.targetId()))
            .orElseThrow(
                () -> new PortException("delivery of " + delivery.noticeId() + " is gone"));
    if (!Json.read(item.body(), Delivery.class).equals(delivery)) {
      return; // somebody else was quicker
    }
    Pointer pointer = new Pointer(month, delivery.noticeId(), Optional.of(delivery.targetId()));
    List<Write> writes =
        List.of(
            new Write.Put(
                item.key(),
                Json.write(delivery.again(now)),
                item.counters(),
                item.expires(),
                Condition.atVersion(item.version())),
            message(pointer));
    if (!Tables.commit(table, writes).applied()) {
      throw new PortException("delivery of " + delivery.noticeId() + " may not be stored");
    }
    outbox.flush(Outbox.rows(writes));
  }

  /** A month's notices, by id. */
  public List<Told> list(YearMonth month) {
    Map<String, Notice> notices = new TreeMap<>();
    Map<String, List<Delivery>> deliveries = new TreeMap<>();
    for (Item item : Tables.list(table, Table.Query.all(Keys.notices(month)))) {
      if (Keys.isDelivery(item.key())) {
        Delivery delivery = Json.read(item.body(), Delivery.class);
        deliveries.computeIfAbsent(delivery.noticeId(), _ -> new ArrayList<>()).add(delivery);
      } else {
        Notice notice = Json.read(item.body(), Notice.class);
        notices.put(notice.at() + "/" + notice.id(), notice);
      }
    }
    return notices.values().stream()
        .map(notice -> new Told(notice, deliveries.getOrDefault(notice.id(), List.of())))
        .toList();
  }
}
