package dev.weir.core.notice;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.json.Json;
import dev.weir.core.port.Condition;
import dev.weir.core.port.Item;
import dev.weir.core.port.Outbox;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells notices, each to each target once: what was delivered is stored and not sent again. A crash
 * between the answer of a target and that commit sends the same once more, under the same id, by
 * which the target knows it. Thread-safe.
 */
public final class Tell {

  /** How long after each attempt in vain the next is made. */
  private static final List<Duration> AFTER =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1));

  private final Table table;
  private final InstantSource clock;
  private final Outbox outbox;
  private final Accounts accounts;
  private final Notices notices;
  private final Targets targets;
  private final Messenger messenger;

  public Tell(Ports ports, WebhookUrls urls) {
    this.table = ports.table();
    this.clock = ports.clock();
    this.outbox = new Outbox(ports);
    this.accounts = new Accounts(ports);
    this.notices = new Notices(ports);
    this.targets = new Targets(ports, urls);
    this.messenger = new Messenger(ports, targets, urls);
  }

  /**
   * Works on a message of the queue.
   *
   * @return when it must come again; empty where it is over
   */
  public Optional<Duration> run(String body) {
    Notices.Pointer pointer = Json.read(body, Notices.Pointer.class);
    Optional<Notice> notice =
        table
            .get(Keys.notice(pointer.month(), pointer.noticeId()))
            .map(item -> Json.read(item.body(), Notice.class));
    if (notice.isEmpty()) {
      return Optional.empty(); // older than it is kept
    }
    if (pointer.target().isPresent()) {
      return tell(notice.get(), pointer, pointer.target().get());
    }
    spread(notice.get(), pointer);
    return Optional.empty();
  }

  /** A message of its own for each target, so that one that is down holds up no other. */
  private void spread(Notice notice, Notices.Pointer pointer) {
    List<String> concerned = concerned(notice);
    for (Target target : targets.list()) {
      if (concerned.contains(target.on()) && target.wants(notice.type())) {
        Delivery delivery = Delivery.pending(notice.id(), target.id(), clock.instant());
        List<Write> writes =
            List.of(
                Write.put(
                    Keys.delivery(pointer.month(), notice.id(), target.id()),
                    Json.write(delivery),
                    notice.at().plus(Notices.KEPT),
                    Condition.ABSENT),
                notices.message(
                    new Notices.Pointer(pointer.month(), notice.id(), Optional.of(target.id()))));
        switch (Tables.commit(table, writes)) {
          case Outcome.Applied _ -> outbox.flush(Outbox.rows(writes));
          case Outcome.Refused _ -> {} // spread before
          case Outcome.Conflict _, Outcome.Unknown _ ->
              throw new PortException("notice " + notice.id() + " may not be spread");
        }
      }
    }
  }

  /** The vendor, whom it is about, and of an agreement also its customer. */
  private List<String> concerned(Notice notice) {
    List<String> concerned = new ArrayList<>(List.of(Notice.VENDOR, notice.on()));
    if (notice.on().startsWith("agreement:")) {
      accounts
          .agreement(notice.on().substring(notice.on().indexOf(':') + 1))
          .map(Agreement::customerId)
          .ifPresent(customer -> concerned.add("customer:" + customer));
    }
    return concerned;
  }

  private Optional<Duration> tell(Notice notice, Notices.Pointer pointer, String targetId) {
    Item item =
        table
            .get(Keys.delivery(pointer.month(), notice.id(), targetId))
            .orElseThrow(() -> new PortException("delivery of " + notice.id() + " is not there"));
    Delivery before = Json.read(item.body(), Delivery.class);
    if (before.state() != Delivery.State.PENDING) {
      return Optional.empty();
    }
    Optional<Target> target = targets.get(targetId);
    Instant now = clock.instant();
    Delivery after =
        target
            .map(to -> messenger.send(to, notice))
            .map(met ->
                switch (met) {
                  case Messenger.Met.Taken(String said) -> before.delivered(now, said);
                  case Messenger.Met.Failed(String why) -> before.failed(now, why, false);
                  case Messenger.Met.Never(String why) -> before.failed(now, why, true);
                })
            .orElseGet(() -> before.failed(now, "the target was removed", true));
    Write write =
        new Write.Put(
            item.key(),
            Json.write(after),
            item.counters(),
            item.expires(),
            Condition.atVersion(item.version()));
    if (!Tables.commit(table, List.of(write)).applied()) {
      throw new PortException("delivery of " + notice.id() + " may not be stored");
    }
    return after.state() == Delivery.State.PENDING
        ? Optional.of(AFTER.get(Math.min(after.attempts(), AFTER.size()) - 1))
        : Optional.empty();
  }

  /**
   * Sends a target a notice of type {@code test} now.
   *
   * @return what it met
   * @throws dev.weir.core.problem.ProblemException 404 for an unknown target
   */
  public Delivery test(String targetId, String id) {
    Target target = targets.require(targetId);
    Instant now = clock.instant();
    Notice notice =
        Notice.of(id, "test", now, target.on(), java.util.Map.of("target", target.id()));
    Delivery pending = Delivery.pending(id, targetId, now);
    return switch (messenger.send(target, notice)) {
      case Messenger.Met.Taken(String said) -> pending.delivered(now, said);
      case Messenger.Met.Failed(String why) -> pending.failed(now, why, true);
      case Messenger.Met.Never(String why) -> pending.failed(now, why, true);
    };
  }
}
