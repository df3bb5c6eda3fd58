package dev.weir.plugin.aws;

import dev.weir.kit.JsonObject;
import dev.weir.spi.Ack;
import dev.weir.spi.Binding;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Reporting.SealedLine;
import dev.weir.spi.Settings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sealed lines as usage records, and the answers to them as acks. Immutable. */
final class UsageRecords {

  private final Settings settings;

  UsageRecords(Settings settings) {
    this.settings = settings;
  }

  /** A request has one product, and is of the new integration or of the old. */
  record Group(String product, boolean licensed) {}

  Group group(Binding binding) {
    return new Group(
        binding.attributes().getOrDefault(Licence.PRODUCT, settings.get("product_code")),
        Licence.hasLicense(binding));
  }

  /** Why a line can never become a usage record, if it cannot. */
  Optional<Ack> refusal(SealedLine line) {
    if (Licence.recordFields(line.binding()).isEmpty()) {
      return Optional.of(
          rejected(line, ErrorCode.NOT_SUBSCRIBED, "the binding names no licence and no buyer"));
    }
    if (line.scale() != 0) {
      return Optional.of(rejected(line, ErrorCode.UNSUPPORTED, "scale " + line.scale() + " != 0"));
    }
    if (line.quantity() < 0 || line.quantity() > Integer.MAX_VALUE) {
      return Optional.of(
          rejected(
              line,
              ErrorCode.UNSUPPORTED,
              "quantity " + line.quantity() + " not in 0.." + Integer.MAX_VALUE));
    }
    return Optional.empty();
  }

  private static Ack rejected(SealedLine line, ErrorCode code, String reason) {
    return new Ack.Rejected(line.id(), code, reason, false);
  }

  /** The body of {@code BatchMeterUsage}; equal for equal lines, so that a resend is identical. */
  Map<String, Object> request(Group group, List<SealedLine> lines) {
    List<Map<String, Object>> records = new ArrayList<>();
    for (SealedLine line : lines) {
      Map<String, Object> fields = new LinkedHashMap<>();
      // The hour's start, frozen: right whether AWS compares hours or exact times.
      fields.put("Timestamp", line.hour().getEpochSecond());
      fields.putAll(Licence.recordFields(line.binding()));
      fields.put("Dimension", dimension(line));
      fields.put("Quantity", line.quantity());
      records.add(fields);
    }
    Map<String, Object> request = new LinkedHashMap<>();
    if (!group.licensed()) {
      request.put("ProductCode", group.product());
    }
    request.put("UsageRecords", records);
    return request;
  }

  private String dimension(SealedLine line) {
    return settings.find("dimension_" + line.meter()).orElse(line.meter());
  }

  /** Exactly one ack for each line: 200 alone says nothing about any of them. */
  List<Ack> acks(List<SealedLine> lines, JsonObject answer) {
    Map<String, Deque<SealedLine>> waiting = new HashMap<>();
    for (SealedLine line : lines) {
      waiting.computeIfAbsent(key(line), k -> new ArrayDeque<>()).add(line);
    }
    List<Ack> acks = new ArrayList<>();
    for (JsonObject result : answer.objects("Results")) {
      result
          .object("UsageRecord")
          .flatMap(r -> take(waiting, r))
          .ifPresent(line -> acks.add(ack(line, result)));
    }
    for (JsonObject record : answer.objects("UnprocessedRecords")) {
      take(waiting, record).ifPresent(line -> acks.add(again(line, "unprocessed")));
    }
    for (Deque<SealedLine> left : waiting.values()) {
      left.forEach(line -> acks.add(again(line, "the answer does not name the record")));
    }
    return acks;
  }

  private static Ack ack(SealedLine line, JsonObject result) {
    String status = result.text("Status").orElse("");
    return switch (status) {
      case "Success" -> new Ack.Accepted(line.id(), result.text("MeteringRecordId").orElse(""));
      case "DuplicateRecord" -> new Ack.Duplicate(line.id(), Ack.Sameness.UNKNOWN);
      case "CustomerNotSubscribed" -> rejected(line, ErrorCode.NOT_SUBSCRIBED, status);
      default -> again(line, "status \"" + status + "\"");
    };
  }

  private static Ack again(SealedLine line, String reason) {
    return new Ack.Rejected(line.id(), ErrorCode.UNPROCESSED, reason, true);
  }

  private static Optional<SealedLine> take(
      Map<String, Deque<SealedLine>> waiting, JsonObject record) {
    Deque<SealedLine> same = waiting.get(key(record));
    return same == null ? Optional.empty() : Optional.ofNullable(same.poll());
  }

  private String key(SealedLine line) {
    Map<String, Object> fields = Licence.recordFields(line.binding());
    return String.join(
        "\n",
        String.valueOf(fields.getOrDefault("LicenseArn", "")),
        String.valueOf(fields.getOrDefault("CustomerIdentifier", "")),
        String.valueOf(fields.getOrDefault("CustomerAWSAccountId", "")),
        dimension(line),
        Long.toString(line.hour().getEpochSecond()),
        Long.toString(line.quantity()));
  }

  private static String key(JsonObject record) {
    return String.join(
        "\n",
        record.text("LicenseArn").orElse(""),
        record.text("CustomerIdentifier").orElse(""),
        record.text("CustomerAWSAccountId").orElse(""),
        record.text("Dimension").orElse(""),
        record.number("Timestamp").map(Object::toString).orElse(""),
        record.number("Quantity").map(Object::toString).orElse("0"));
  }
}
