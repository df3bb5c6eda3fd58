package dev.weir.core.bill;

import dev.weir.core.meter.Hours;
import java.time.Instant;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an {@link Entry}; it says where the entry lies, so that no index has to. Written as
 * {@code agreement.name}; ids of lines go on from there: {@code agreement.name.channel.meter}.
 *
 * @param name begins with the month, {@code yyyyMM}; an hour's is {@code yyyyMMddHH}, and {@code
 *     -part} where the part is not 0; {@code [a-z0-9-]}
 */
record EntryId(String agreementId, String name) {

  private static final Pattern LINE =
      Pattern.compile("([a-z0-9_-]{1,64})\\.(\\d{6}[a-z0-9-]{0,80})(?:\\..+)?");
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("yyyyMM");
  private static final int MONTH_LENGTH = 6;

  /** Of an agreement's hour, or a later part of it. */
  static EntryId hour(String agreementId, Instant hour, int part) {
    return new EntryId(agreementId, Hours.name(hour) + (part == 0 ? "" : "-" + part));
  }

  /**
   * Of what is no hour; sorts after the month's hours.
   *
   * @param what begins with a letter
   */
  static EntryId other(String agreementId, YearMonth month, String what) {
    return new EntryId(agreementId, month.format(MONTH) + what);
  }

  /** The entry that holds a line, or the transaction of that id; empty where it is no such id. */
  static Optional<EntryId> parse(String id) {
    Matcher matcher = LINE.matcher(id);
    return matcher.matches()
        ? Optional.of(new EntryId(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  YearMonth month() {
    return YearMonth.parse(name.substring(0, MONTH_LENGTH), MONTH);
  }

  /** The hour's start, of an entry that is an hour. */
  Instant hour() {
    int dash = name.indexOf('-');
    return Hours.parse(dash < 0 ? name : name.substring(0, dash));
  }

  /** The part of the sealed hour. */
  int part() {
    int dash = name.lastIndexOf('-');
    return dash < 0 ? 0 : Integer.parseInt(name.substring(dash + 1));
  }

  /** The id of one of its lines. */
  String line(String channelId, String meter) {
    return this + "." + channelId + "." + meter;
  }

  @Override
  public String toString() {
    return agreementId + "." + name;
  }
}
