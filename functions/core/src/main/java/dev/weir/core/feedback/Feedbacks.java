package dev.weir.core.feedback;

import dev.weir.core.json.Json;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import dev.weir.core.port.Write;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judgements of answers, by call and by day. Thread-safe. */
public final class Feedbacks {

  /** The longest comment. */
  public static final int COMMENT_MAX_CHARS = 4000;

  /** The most people whose judgement of one call is kept. */
  public static final int PER_CALL_MAX = 100;

  private final Table table;

  public Feedbacks(Ports ports) {
    this.table = ports.table();
  }

  /**
   * Keeps a judgement; the same event again replaces it.
   *
   * @param eventKey the event's dedupe key within the channel
   */
  public void record(Feedback feedback, String eventKey) {
    String body = Json.write(feedback);
    List<Write> writes =
        List.of(
            Write.put(Keys.ofCall(feedback.callId(), feedback.channelId(), eventKey), body),
            Write.put(
                Keys.ofDay(day(feedback), feedback.callId(), feedback.channelId(), eventKey),
                body));
    if (!Tables.commit(table, writes).applied()) {
      throw new PortException("feedback may not be stored (call " + feedback.callId() + ")");
    }
  }

  /** What was said about a call; at most {@link #PER_CALL_MAX}. */
  public List<Feedback> of(String callId) {
    Table.Page page = table.query(Table.Query.all(Keys.call(callId)).limit(PER_CALL_MAX));
    return read(page);
  }

  /** A page of what was said on a day (UTC), for the next training set. */
  public Day day(LocalDate day, int limit, Optional<String> token) {
    Table.Query query = Table.Query.all(Keys.day(day)).limit(limit);
    Table.Page page = table.query(token.map(query::after).orElse(query));
    return new Day(read(page), page.next());
  }

  /** A page of a day's feedback, and the token of the next. */
  public record Day(List<Feedback> feedback, Optional<String> next) {
    public Day {
      feedback = List.copyOf(feedback);
    }
  }

  private static List<Feedback> read(Table.Page page) {
    List<Feedback> found = new ArrayList<>();
    page.items().forEach(item -> found.add(Json.read(item.body(), Feedback.class)));
    return found;
  }

  private static LocalDate day(Feedback feedback) {
    return feedback.at().atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
