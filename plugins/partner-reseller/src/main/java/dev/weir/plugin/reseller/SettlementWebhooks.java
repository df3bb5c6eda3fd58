package dev.weir.plugin.reseller;

import dev.weir.kit.Json;
import dev.weir.kit.Signatures;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Receipt;
import dev.weir.spi.Settlement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settlements as {@code settlement.issued}, in as many parts as their lines need. The statement is
 * sent when every part was taken; sending it again repeats the same messages.
 */
final class SettlementWebhooks implements Settlement {

  /** More than the envelope around the lines ever takes. */
  private static final int OVERHEAD_BYTES = 1500;

  private static final Duration WAIT = Duration.ofMinutes(1);

  private final ChannelContext context;
  private final Sender sender;

  SettlementWebhooks(ChannelContext context, Sender sender) {
    this.context = context;
    this.sender = sender;
  }

  @Override
  public Receipt send(Statement statement, String key) {
    List<List<Line>> parts = Parts.cut(statement.lines(), OVERHEAD_BYTES, SettlementWebhooks::size);
    if (parts.isEmpty()) {
      parts = List.of(List.of());
    }
    String id = "";
    for (int i = 0; i < parts.size(); i++) {
      id = Sender.id("settlement_", List.of(key, Integer.toString(i + 1)));
      try {
        sender.send(id, payload(statement, parts.get(i), i + 1, parts.size()));
      } catch (ChannelException e) {
        return unsent(e);
      }
    }
    return new Receipt.Sent(id);
  }

  private Receipt unsent(ChannelException e) {
    String reason = String.valueOf(e.getMessage());
    if (e.code().equals(Sender.GONE)) {
      return new Receipt.Rejected(Sender.GONE, reason);
    }
    if (e.code().equals(ErrorCode.THROTTLED)) {
      long waitMs = e.retryAfterMs().orElse(WAIT.toMillis());
      return new Receipt.Deferred(context.clock().instant().plusMillis(waitMs), reason);
    }
    throw e;
  }

  private byte[] payload(Statement statement, List<Line> lines, int part, int parts) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("statement", statement.id());
    data.put("channel", context.channelId());
    data.put("from", statement.from().toString());
    data.put("to", statement.to().toString());
    data.put("currency", statement.currency());
    data.put("totalMicros", statement.totalMicros());
    data.put("part", part);
    data.put("parts", parts);
    data.put("lines", lines.stream().map(SettlementWebhooks::fields).toList());
    return Sender.payload("settlement.issued", statement.to(), data);
  }

  private static Map<String, Object> fields(Line line) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("customer", line.bindingId());
    fields.put("meter", line.meter());
    fields.put("quantity", line.quantity());
    fields.put("revenueMicros", line.revenueMicros());
    fields.put("shareBasisPoints", line.shareBasisPoints());
    fields.put("shareMicros", line.shareMicros());
    return fields;
  }

  private static int size(Line line) {
    return Signatures.utf8(Json.write(fields(line))).length + 1;
  }
}
