package dev.weir.plugin.reseller;

import dev.weir.kit.Json;
import dev.weir.kit.Signatures;
import dev.weir.spi.Ack;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sealed hours as {@code usage.sealed}. The message's id is made of its lines' ids and its bytes of
 * its lines, so a message that is sent again is the same message; each line carries its own id, so
 * that a receiver can tell lines apart even where they come in another company.
 */
final class UsageWebhooks implements Reporting {

  /** More than the envelope around the lines ever takes. */
  private static final int OVERHEAD_BYTES = 400;

  private final String channelId;
  private final Sender sender;

  UsageWebhooks(String channelId, Sender sender) {
    this.channelId = channelId;
    this.sender = sender;
  }

  @Override
  public List<Ack> report(List<SealedLine> lines) {
    List<SealedLine> sorted = lines.stream().sorted(Comparator.comparing(SealedLine::id)).toList();
    List<Ack> acks = new ArrayList<>();
    Optional<ChannelException> stopped = Optional.empty();
    boolean known = false;
    for (List<SealedLine> part : Parts.cut(sorted, OVERHEAD_BYTES, UsageWebhooks::size)) {
      if (stopped.isEmpty()) {
        try {
          String id = Sender.id("usage_", part.stream().map(SealedLine::id).toList());
          sender.send(id, payload(part));
          part.forEach(l -> acks.add(new Ack.Accepted(l.id(), id)));
          known = true;
          continue;
        } catch (ChannelException e) {
          stopped = Optional.of(e);
        }
      }
      ChannelException why = stopped.get();
      part.forEach(l -> acks.add(rejected(l, why)));
    }
    // "Gone" is an answer to every line; all else says nothing of any line.
    if (stopped.isPresent() && !known && !isFinal(stopped.get())) {
      throw stopped.get();
    }
    return acks;
  }

  private static boolean isFinal(ChannelException e) {
    return e.code().equals(Sender.GONE);
  }

  private static Ack rejected(SealedLine line, ChannelException why) {
    boolean retryable = why.code().type() != ErrorType.BUG && !isFinal(why);
    return new Ack.Rejected(line.id(), why.code(), String.valueOf(why.getMessage()), retryable);
  }

  private byte[] payload(List<SealedLine> part) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("channel", channelId);
    data.put("lines", part.stream().map(UsageWebhooks::fields).toList());
    // When the newest hour ended, not now: the same lines make the same bytes.
    Instant ended =
        part.stream().map(SealedLine::hour).max(Comparator.naturalOrder()).orElseThrow();
    return Sender.payload("usage.sealed", ended.plus(Duration.ofHours(1)), data);
  }

  private static Map<String, Object> fields(SealedLine line) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", line.id());
    fields.put("customer", line.binding().id());
    fields.put("meter", line.meter());
    fields.put("hour", line.hour().toString());
    fields.put("quantity", line.quantity());
    fields.put("scale", line.scale());
    return fields;
  }

  private static int size(SealedLine line) {
    return Signatures.utf8(Json.write(fields(line))).length + 1;
  }
}
