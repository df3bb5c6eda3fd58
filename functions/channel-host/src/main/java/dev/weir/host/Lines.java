package dev.weir.host;

import dev.weir.core.bill.ReportingLimits;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.LineAck;
import dev.weir.core.channel.ReportTask;
import dev.weir.core.port.Ports;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.loader.Pace;
import dev.weir.spi.Ack;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reports lines within what the manifest declares, and makes one acknowledgement of each. */
final class Lines {

  private static final System.Logger LOG = System.getLogger(Lines.class.getName());

  /** Where a manifest names no window, a line is taken for so long. */
  private static final Duration UNLIMITED = Duration.ofDays(3650);

  /** How long nothing is sent where the other side throttles and names no time. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** The longest pause: by then other lines' windows may be near their end. */
  static final Duration PAUSE_MAX = Duration.ofMinutes(15);

  private final Ports ports;
  private final LoadedChannel channel;
  private final Bindings bindings;
  private final InstantSource clock;
  private volatile Instant pausedUntil = Instant.EPOCH;

  Lines(Ports ports, LoadedChannel channel) {
    this.ports = ports;
    this.channel = channel;
    this.bindings = new Bindings(ports);
    this.clock = ports.clock();
  }

  /**
   * Lines that may be sent together.
   *
   * @param last whether their relations have ended
   */
  private record Group(String meter, boolean last) {
    static Group of(ReportTask.Line line) {
      return new Group(line.meter(), line.finalBy().isPresent());
    }
  }

  private record Pending(Reporting.SealedLine line, Optional<Instant> finalBy) {}

  /**
   * One ack for each line.
   *
   * @throws Batches.Again while the other side asked for a pause
   * @throws ChannelException where something may have been sent but nothing is known of any line
   */
  List<LineAck> report(List<ReportTask.Line> lines, int attempt) {
    Duration pause = Duration.between(clock.instant(), pausedUntil);
    if (pause.isPositive()) {
      throw new Batches.Again("the other side asked for a pause", pause);
    }
    Map<String, LineAck> acks = new LinkedHashMap<>();
    Map<Group, List<Pending>> groups = new LinkedHashMap<>();
    for (ReportTask.Line line : lines) {
      Optional<LineAck> refusal = refusal(line);
      if (refusal.isPresent()) {
        acks.put(line.id(), refusal.get());
        continue;
      }
      Optional<ChannelBinding> binding = bindings.get(channel.channelId(), line.bindingId());
      if (binding.isEmpty()) {
        acks.put(line.id(), rejected(line, "NOT_BOUND", "binding " + line.bindingId()));
      } else {
        groups
            .computeIfAbsent(Group.of(line), group -> new ArrayList<>())
            .add(new Pending(sealed(line, binding.get(), attempt), line.finalBy()));
      }
    }
    if (!groups.isEmpty()) {
      send(groups, acks);
    }
    return List.copyOf(acks.values());
  }

  private static Reporting.SealedLine sealed(
      ReportTask.Line line, ChannelBinding binding, int attempt) {
    return new Reporting.SealedLine(
        line.id(),
        Translate.binding(binding),
        line.meter(),
        line.hour(),
        line.quantity(),
        line.scale(),
        attempt);
  }

  /** What the manifest forbids to send. */
  private Optional<LineAck> refusal(ReportTask.Line line) {
    if (channel.reporting().isEmpty()) {
      return refused(line, ErrorCode.UNSUPPORTED.name(), "this channel reports to nobody");
    }
    Manifest.@Nullable Meter meter = channel.manifest().meters().get(line.meter());
    if (meter == null) {
      return refused(line, "METER_UNKNOWN", "meter " + line.meter() + " is not declared");
    }
    if (line.scale() != meter.scale()) {
      return refused(line, "SCALE", "scale " + line.scale() + " != " + meter.scale());
    }
    if (line.quantity() < 0 || line.quantity() > meter.quantityMax()) {
      return refused(
          line, "QUANTITY", "quantity " + line.quantity() + " not in 0.." + meter.quantityMax());
    }
    if (line.quantity() == 0 && !meter.zero()) {
      return refused(line, "ZERO", "meter " + line.meter() + " takes no zero");
    }
    Instant now = ports.clock().instant();
    if (line.finalBy().isPresent() && !now.isBefore(line.finalBy().get())) {
      return refused(
          line,
          ErrorCode.EXPIRED.name(),
          "the relation's last lines were taken until " + line.finalBy().get());
    }
    Instant closes =
        ReportingLimits.closes(line.hour(), window(meter), channel.manifest().monthEndHours());
    if (!now.isBefore(closes)) {
      return refused(
          line, ErrorCode.EXPIRED.name(), "the window of hour " + line.hour() + " closed");
    }
    return Optional.empty();
  }

  private static Duration window(Manifest.Meter meter) {
    return meter.windowHours() > 0 ? Duration.ofHours(meter.windowHours()) : UNLIMITED;
  }

  private static Optional<LineAck> refused(ReportTask.Line line, String code, String reason) {
    return Optional.of(rejected(line, code, reason));
  }

  private static LineAck rejected(ReportTask.Line line, String code, String reason) {
    return new LineAck.Rejected(line.id(), code, reason, false);
  }

  private void send(Map<Group, List<Pending>> groups, Map<String, LineAck> acks) {
    boolean anyKnown = !acks.isEmpty();
    @Nullable ChannelException unknown = null;
    for (Map.Entry<Group, List<Pending>> group : groups.entrySet()) {
      int batch = batchMax(group.getKey().meter());
      List<Pending> all = group.getValue();
      for (int from = 0; from < all.size(); from += batch) {
        List<Pending> some = List.copyOf(all.subList(from, Math.min(all.size(), from + batch)));
        if (clock.instant().isBefore(pausedUntil)) {
          some.forEach(p -> acks.putIfAbsent(p.line().id(), throttled(p.line())));
          continue;
        }
        try {
          reportInParts(some, acks);
          anyKnown = true;
        } catch (ChannelException e) {
          pause(e);
          Failures.log(e, channel.channelId());
          boolean again = Failures.retryable(e);
          some.stream()
              .map(pending -> pending.line().id())
              .forEach(id ->
                  acks.putIfAbsent(
                      id, new LineAck.Rejected(id, e.code().name(), "the batch failed", again)));
          anyKnown |= !again || some.stream().anyMatch(p -> isDuplicate(acks, p));
          unknown = again ? e : unknown;
        }
      }
    }
    if (!anyKnown && unknown != null) {
      throw unknown;
    }
  }

  /** Half of it at a time, where all of it is more than a call may hold; one line may be, too. */
  private void reportInParts(List<Pending> batch, Map<String, LineAck> acks) {
    try {
      report(batch, acks);
    } catch (ChannelException e) {
      if (!e.code().equals(Pace.TOO_LARGE)) {
        throw e;
      }
      if (batch.size() == 1) {
        // Nothing of it was sent; the lines that it shared a call with have theirs still to come.
        Failures.log(e, channel.channelId());
        String id = batch.getFirst().line().id();
        String reason = String.valueOf(e.getMessage());
        acks.put(id, new LineAck.Rejected(id, e.code().name(), reason, false));
        return;
      }
      int half = batch.size() / 2;
      reportInParts(List.copyOf(batch.subList(0, half)), acks);
      reportInParts(List.copyOf(batch.subList(half, batch.size())), acks);
    }
  }

  /** The other side said that it is too much: nothing is sent until the time that it names. */
  private void pause(ChannelException e) {
    if (e.code().type() == ErrorType.LIMIT) {
      Duration wait =
          e.retryAfterMs().map(Duration::ofMillis).filter(d -> !d.isNegative()).orElse(PAUSE);
      pausedUntil = clock.instant().plus(wait.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : wait);
    }
  }

  private static LineAck throttled(Reporting.SealedLine line) {
    return again(line, ErrorCode.THROTTLED.name(), "the other side asked for a pause");
  }

  private static boolean isDuplicate(Map<String, LineAck> acks, Pending pending) {
    return acks.get(pending.line().id()) instanceof LineAck.Duplicate;
  }

  /**
   * One batch. What an earlier attempt may have brought is asked for first, where the other side
   * can be asked, and so is the quantity of a duplicate where the plugin does not know it.
   */
  private void report(List<Pending> batch, Map<String, LineAck> acks) {
    Reporting reporting = channel.reporting().orElseThrow();
    ReadBack readBack = new ReadBack(reporting, channel.channelId());
    List<Reporting.SealedLine> lines = batch.stream().map(Pending::line).toList();
    boolean first = lines.getFirst().attempt() == 1;
    if (!first) {
      acks.putAll(readBack.known(lines));
    }
    List<Reporting.SealedLine> left =
        lines.stream().filter(line -> !acks.containsKey(line.id())).toList();
    if (left.isEmpty()) {
      return;
    }
    Optional<Instant> deadline =
        batch.stream().flatMap(p -> p.finalBy().stream()).min(Comparator.naturalOrder());
    match(
        left,
        deadline.isPresent() ? reporting.finalFlush(left, deadline.get()) : reporting.report(left),
        acks);
    List<Reporting.SealedLine> unsure =
        left.stream().filter(line -> isUnsure(acks.get(line.id()))).toList();
    if (first && !unsure.isEmpty()) {
      acks.putAll(readBack.known(unsure));
    }
  }

  private static boolean isUnsure(@Nullable LineAck ack) {
    return ack instanceof LineAck.Duplicate duplicate
        && duplicate.sameQuantity() == LineAck.Sameness.UNKNOWN;
  }

  private int batchMax(String meter) {
    Manifest.@Nullable Meter declared = channel.manifest().meters().get(meter);
    return declared == null ? 1 : declared.batchMax();
  }

  /** Exactly one ack per line: what is missing or said twice is asked for again. */
  private void match(List<Reporting.SealedLine> sent, List<Ack> said, Map<String, LineAck> acks) {
    Map<String, List<Ack>> byLine = new HashMap<>();
    said.forEach(ack -> byLine.computeIfAbsent(ack.lineId(), id -> new ArrayList<>()).add(ack));
    for (Reporting.SealedLine line : sent) {
      List<Ack> own = byLine.getOrDefault(line.id(), List.of());
      byLine.remove(line.id());
      acks.put(
          line.id(),
          switch (own.size()) {
            case 1 -> Translate.ack(own.getFirst());
            case 0 -> again(line, "NO_ACK", "the plugin said nothing of the line");
            default -> again(line, "SEVERAL_ACKS", own.size() + " acks of the line");
          });
    }
    if (!byLine.isEmpty()) {
      LOG.log(
          System.Logger.Level.ERROR,
          "acks of lines that were not sent: {0} (channel {1})",
          byLine.keySet(),
          channel.channelId());
    }
  }

  private static LineAck again(Reporting.SealedLine line, String code, String reason) {
    return new LineAck.Rejected(line.id(), code, reason, true);
  }
}
