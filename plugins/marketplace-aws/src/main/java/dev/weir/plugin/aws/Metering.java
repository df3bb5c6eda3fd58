package dev.weir.plugin.aws;

import dev.weir.spi.Ack;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Reporting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sealed hours to {@code BatchMeterUsage}. One bad record makes AWS refuse its whole request; such
 * a request is halved until the bad record stands alone, at most 49 calls for 25 records, and what
 * each half became is kept whatever happens to the other.
 */
final class Metering implements Reporting {

  static final int RECORDS_MAX = 25;

  /** How often what AWS left unprocessed is sent again while the final window is open. */
  static final int FLUSH_ROUNDS_MAX = 3;

  private final ChannelContext context;
  private final AwsApi api;

  Metering(ChannelContext context, AwsApi api) {
    this.context = context;
    this.api = api;
  }

  @Override
  public List<Ack> report(List<SealedLine> lines) {
    UsageRecords records = new UsageRecords(context.settings());
    Run run = new Run(records);
    Map<UsageRecords.Group, List<SealedLine>> groups = new LinkedHashMap<>();
    for (SealedLine line : lines) {
      Optional<Ack> refusal = records.refusal(line);
      if (refusal.isPresent()) {
        run.acks.add(refusal.get());
      } else {
        groups.computeIfAbsent(records.group(line.binding()), g -> new ArrayList<>()).add(line);
      }
    }
    groups.forEach((group, all) -> {
      for (int from = 0; from < all.size(); from += RECORDS_MAX) {
        run.send(group, all.subList(from, Math.min(all.size(), from + RECORDS_MAX)));
      }
    });
    return run.acks();
  }

  @Override
  public List<Ack> finalFlush(List<SealedLine> lines, Instant deadline) {
    Map<String, Ack> acks = new LinkedHashMap<>();
    report(lines).forEach(a -> acks.put(a.lineId(), a));
    for (int round = 1; round < FLUSH_ROUNDS_MAX; round++) {
      List<SealedLine> left = lines.stream().filter(l -> isUnprocessed(acks.get(l.id()))).toList();
      if (left.isEmpty() || !context.clock().instant().isBefore(deadline)) {
        break;
      }
      try {
        report(left).forEach(a -> acks.put(a.lineId(), a));
      } catch (ChannelException e) {
        // What is known stands; the host comes back with the rest.
        break;
      }
    }
    return List.copyOf(acks.values());
  }

  private static boolean isUnprocessed(@org.jspecify.annotations.Nullable Ack ack) {
    return ack instanceof Ack.Rejected r && r.code().equals(ErrorCode.UNPROCESSED);
  }

  /** One report under way. */
  private final class Run {

    private final UsageRecords records;
    private final List<Ack> acks = new ArrayList<>();
    private final List<SealedLine> unknown = new ArrayList<>();
    private Optional<ChannelException> stopped = Optional.empty();

    Run(UsageRecords records) {
      this.records = records;
    }

    void send(UsageRecords.Group group, List<SealedLine> lines) {
      if (stopped.isPresent()) {
        unknown.addAll(lines);
        return;
      }
      try {
        acks.addAll(
            records.acks(lines, api.metering("BatchMeterUsage", records.request(group, lines))));
      } catch (AwsFault e) {
        if (lines.size() == 1) {
          acks.add(new Ack.Rejected(lines.getFirst().id(), code(e.type()), e.reason(), false));
        } else {
          int half = lines.size() / 2;
          send(group, lines.subList(0, half));
          send(group, lines.subList(half, lines.size()));
        }
      } catch (ChannelException e) {
        // Throttled, down, or lost on the way: more calls now would only make it worse.
        stopped = Optional.of(e);
        unknown.addAll(lines);
      }
    }

    List<Ack> acks() {
      if (stopped.isPresent()) {
        ChannelException why = stopped.get();
        if (acks.isEmpty()) {
          throw why;
        }
        String reason = String.valueOf(why.getMessage());
        unknown.forEach(l -> acks.add(new Ack.Rejected(l.id(), why.code(), reason, true)));
      }
      return List.copyOf(acks);
    }
  }

  private static ErrorCode code(String type) {
    return switch (type) {
      case "TimestampOutOfBoundsException" -> ErrorCode.EXPIRED;
      case "InvalidCustomerIdentifierException" -> ErrorCode.NOT_SUBSCRIBED;
      case "InvalidLicenseException" -> new ErrorCode("INVALID_LICENSE", ErrorType.USER);
      case "InvalidUsageDimensionException" -> new ErrorCode("INVALID_DIMENSION", ErrorType.USER);
      case "InvalidProductCodeException" -> new ErrorCode("INVALID_PRODUCT", ErrorType.USER);
      default -> new ErrorCode("REFUSED", ErrorType.BUG);
    };
  }
}
