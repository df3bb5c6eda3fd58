package dev.weir.core.port;

import dev.weir.core.json.Json;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lets a caller repeat a POST safely. The first request under (principal, route, key) is {@link
 * Fresh} and gets a ticket; once that is completed, equal requests are answered with what was
 * answered then, for 24 hours. Thread-safe.
 */
public final class Idempotency {

  /** How long an answer is kept. */
  public static final Duration KEPT = Duration.ofHours(24);

  /** How long a request may be in progress before another may take its place. */
  public static final Duration LEASE = Duration.ofSeconds(60);

  /** The longest key, in characters. */
  public static final int KEY_MAX_CHARS = 255;

  /** Answers that are longer are kept in blobs under {@code idempotency/}; in bytes. */
  static final int INLINE_MAX_BYTES = 24 << 10;

  private final Ports ports;
  private final Ids ids;

  public Idempotency(Ports ports) {
    this.ports = ports;
    this.ids = new Ids(ports.clock());
  }

  /** What a request under a key turned out to be. */
  public sealed interface Claim permits Fresh, Replay, InProgress, Mismatch {}

  /** Do the work; then {@link #complete} or {@link #abandon}. */
  public record Fresh(Ticket ticket) implements Claim {}

  /** It was answered before: answer the same. */
  public record Replay(int status, String body) implements Claim {}

  /** An equal request is being worked on: 409 with {@code Retry-After}. */
  public record InProgress(long retryAfterSeconds) implements Claim {}

  /** Another body was sent under this key: 422. */
  public record Mismatch() implements Claim {}

  /** The right to complete one request. */
  public record Ticket(Key key, long version, String holder, String bodySha256) {}

  private record Row(
      String holder,
      String bodySha256,
      Instant leaseUntil,
      Optional<Integer> status,
      Optional<String> body,
      Optional<String> blob) {}

  /**
   * Begins a request.
   *
   * @param principal who calls, so that two callers' keys never meet
   * @param route method and path
   * @param key the {@code Idempotency-Key} header
   * @param bodySha256 of the request's exact bytes
   * @throws ProblemException 400 where the key is empty, too long or not printable ASCII
   */
  public Claim begin(String principal, String route, String key, String bodySha256) {
    checkKey(key);
    Key rowKey = rowKey(principal, route, key);
    Instant now = ports.clock().instant();
    Row mine =
        new Row(
            ids.next(),
            bodySha256,
            now.plus(LEASE),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Optional<Item> there = ports.table().get(rowKey);
    if (there.isPresent()) {
      Row row = Json.read(there.get().body(), Row.class);
      boolean over = row.status().isEmpty() && !row.leaseUntil().isAfter(now);
      if (!over || !row.bodySha256().equals(bodySha256)) {
        return judge(row, bodySha256, now);
      }
    }
    Condition condition =
        there.map(item -> Condition.atVersion(item.version())).orElse(Condition.ABSENT);
    Write write = Write.put(rowKey, Json.write(mine), now.plus(KEPT), condition);
    Outcome outcome = Tables.commit(ports.table(), List.of(write));
    if (outcome.applied()) {
      long version = there.map(Item::version).orElse(0L) + 1;
      return new Fresh(new Ticket(rowKey, version, mine.holder(), bodySha256));
    }
    return readAgain(rowKey, mine, now);
  }

  private Claim readAgain(Key rowKey, Row mine, Instant now) {
    Optional<Item> item = ports.table().get(rowKey);
    if (item.isEmpty()) {
      return new InProgress(1);
    }
    Row row = Json.read(item.get().body(), Row.class);
    return row.holder().equals(mine.holder())
        ? new Fresh(new Ticket(rowKey, item.get().version(), mine.holder(), mine.bodySha256()))
        : judge(row, mine.bodySha256(), now);
  }

  private Claim judge(Row row, String bodySha256, Instant now) {
    if (!row.bodySha256().equals(bodySha256)) {
      return new Mismatch();
    }
    if (row.status().isEmpty()) {
      long seconds = Duration.between(now, row.leaseUntil()).toSeconds();
      return new InProgress(Math.max(1, seconds));
    }
    return new Replay(row.status().get(), row.blob().map(this::read).or(row::body).orElse(""));
  }

  /**
   * The write that keeps an answer, to be included in the commit that makes it durable. It is
   * refused where the ticket was taken over, so that the work is not done twice.
   */
  public Write completion(Ticket ticket, int status, String body) {
    boolean inline = TableRules.utf8Length(body) <= INLINE_MAX_BYTES;
    Instant now = ports.clock().instant();
    Row row =
        new Row(
            ticket.holder(),
            ticket.bodySha256(),
            now,
            Optional.of(status),
            inline ? Optional.of(body) : Optional.empty(),
            inline ? Optional.empty() : Optional.of(store(ticket, body)));
    return Write.put(
        ticket.key(), Json.write(row), now.plus(KEPT), Condition.atVersion(ticket.version()));
  }

  /**
   * Keeps an answer in a commit of its own; false where the ticket was taken over.
   *
   * @throws PortException where the store never said what became of it
   */
  public boolean complete(Ticket ticket, int status, String body) {
    List<Write> writes = List.of(completion(ticket, status, body));
    for (int i = 0; i < Tables.ATTEMPTS_MAX; i++) {
      Outcome outcome = Tables.commit(ports.table(), writes);
      if (outcome.applied() || completedBy(ticket)) {
        return true;
      }
      if (outcome instanceof Outcome.Refused) {
        return false;
      }
    }
    throw new PortException("the answer could not be kept: no answer from the table");
  }

  private boolean completedBy(Ticket ticket) {
    return ports
        .table()
        .get(ticket.key())
        .map(item -> Json.read(item.body(), Row.class))
        .filter(row -> row.holder().equals(ticket.holder()) && row.status().isPresent())
        .isPresent();
  }

  /** Gives the key back after a failure that may pass, so that the caller can try again at once. */
  public void abandon(Ticket ticket) {
    Tables.commit(
        ports.table(),
        List.of(new Write.Delete(ticket.key(), Condition.atVersion(ticket.version()))));
  }

  private String store(Ticket ticket, String body) {
    String name = "idempotency/" + ticket.key().partition().substring("idempotency/".length());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try {
      ports.blobs().put(name, new ByteArrayInputStream(bytes), bytes.length);
    } catch (IOException e) {
      throw new PortException("cannot keep the answer: " + e.getMessage(), e);
    }
    return name;
  }

  private String read(String blob) {
    try (InputStream in =
        ports.blobs().open(blob).orElseThrow(() -> new PortException("no blob " + blob))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new PortException("cannot read the kept answer: " + e.getMessage(), e);
    }
  }

  private static void checkKey(String key) {
    if (key.isEmpty() || key.length() > KEY_MAX_CHARS) {
      throw new ProblemException(
          Problem.badRequest(
              "Idempotency-Key length " + key.length() + " not in 1.." + KEY_MAX_CHARS));
    }
    if (!key.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new ProblemException(Problem.badRequest("Idempotency-Key is not printable ASCII"));
    }
  }

  /** One partition per request: no rate limit. Fields are length-prefixed, so none can pose. */
  private static Key rowKey(String principal, String route, String key) {
    String joined = principal.length() + ":" + principal + route.length() + ":" + route + key;
    return new Key("idempotency/" + Sha256.hex(joined), "answer");
  }
}
